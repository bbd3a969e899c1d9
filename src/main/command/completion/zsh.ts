import type { Completion } from '../command'
import { brief, type FlagWords, type Words } from './words'

/** A script for zsh. */
export function zshScript(root: Words, commands: readonly Words[]): string {
  return `#compdef treetop
# Completion of treetop for zsh: eval "$(treetop completion zsh)"
_treetop() {
  local curcontext="$curcontext" state line
  typeset -A opt_args
  _arguments -C \\
${root.options.map(spec).join('')}    '1: :->first' \\
    '*:: :->rest'
  case "$state" in
    first)
      local -a commands
      commands=(
${commands.map(({ name, summary }) => `        ${quoted(`${name}:${summary.replaceAll(':', '\\:')}`)}`).join('\n')}
      )
      _describe -t commands command commands
      ${root.operand === 'file' ? '_files' : ''}
      ;;
    rest)
      case "$line[1]" in
${commands.map(branch).join('\n')}
        *) _files ;;
      esac
      ;;
  esac
}
if [ "$funcstack[1]" = "_treetop" ]; then _treetop "$@"; else compdef _treetop treetop; fi
`
}

function branch({ name, options, operand }: Words): string {
  return `        ${name})
          _arguments -S \\
${options.map(spec).join('')}            '*: :${operand === undefined ? '' : action(operand)}'
          ;;`
}

function spec({ flags, long, about, many, value, optional, complete }: FlagWords): string {
  const text = `[${escaped(brief(about))}]`
  const taken = value === undefined ? '' : `:${escaped(value)}:${action(complete)}`
  if (optional) return `            ${quoted(`--${long}=-${text}:${taken}`)} \\\n`
  if (many) return flags.map((flag) => `            ${quoted(`*${flag}${text}${taken}`)} \\\n`).join('')
  const others = flags.length > 1 ? `(${flags.join(' ')})` : ''
  return flags.map((flag) => `            ${quoted(`${others}${flag}${text}${taken}`)} \\\n`).join('')
}

function action(complete: Completion | undefined): string {
  if (complete === undefined) return ' '
  if (complete === 'file') return '_files'
  if (complete === 'directory') return '_files -/'
  return `(${complete.join(' ')})`
}

function escaped(text: string): string {
  return text.replaceAll(/[[\]:\\]/g, '\\$&')
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
