import { describe } from '../command'

export const completion = describe({
  name: 'completion',
  summary: 'print a script that completes commands and options in a shell',
  usage: ['bash|zsh|fish|powershell'],
  about: ['Prints a script for a shell, which then completes commands, options and their values.'],
  operands: 1,
  completeOperand: ['bash', 'zsh', 'fish', 'powershell'],
  options: {},
  notes: [
    [
      'To have it in every new shell:',
      '  bash        add to ~/.bashrc:  eval "$(treetop completion bash)"',
      '  zsh         add to ~/.zshrc, below compinit:  eval "$(treetop completion zsh)"',
      '  fish        treetop completion fish > ~/.config/fish/completions/treetop.fish',
      '  PowerShell  add to $PROFILE:  treetop completion powershell | Out-String | Invoke-Expression'
    ].join('\n')
  ],
  statuses: '0 success, 2 wrong usage'
})
