import type { Completion } from '../command'
import { offered, type Words } from './words'

/** A script for bash, from version 3.2 on, which macOS has. */
export function bashScript(root: Words, commands: readonly Words[]): string {
  const names = commands.map(({ name }) => name)
  return `# Completion of treetop for bash: eval "$(treetop completion bash)"
_treetop() {
  local IFS=$'\\n' word='' index
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    case "\${COMP_WORDS[index]}" in
      ${names.join('|')}) word="\${COMP_WORDS[index]}"; break ;;
    esac
  done
  case "$word" in
${[...commands, root].map(branch).join('\n')}
  esac
}
_treetop_words() { COMPREPLY=($(compgen -W "$1" -- "$2")); }
_treetop_paths() { compopt -o filenames 2> /dev/null; COMPREPLY=($(compgen "$1" -- "$2")); }
complete -F _treetop treetop
`

  function branch(words: Words): string {
    const { name, options, operand } = words
    const values = options.filter(({ value, optional }) => value !== undefined && !optional)
    const flags = options.flatMap((each) => each.flags)
    const plain = name === '' ? [...names, ...flags] : [...flags, ...offered(operand)]
    return `    ${name === '' ? '*' : name})
      case "$previous" in
${values.map(({ flags, complete }) => `        ${flags.join('|')}) ${reply(complete)}return ;;`).join('\n')}
      esac
      ${operand === 'file' ? `case "$current" in -*) ;; *) _treetop_paths -f "$current" ;; esac\n      ` : ''}${added(plain)}
      ;;`
  }

  function added(plain: readonly string[]): string {
    return `COMPREPLY+=($(compgen -W $'${plain.join('\\n')}' -- "$current"))`
  }
}

function reply(complete: Completion | undefined): string {
  if (complete === undefined) return ''
  if (complete === 'file') return '_treetop_paths -f "$current"; '
  if (complete === 'directory') return '_treetop_paths -d "$current"; '
  return `_treetop_words $'${complete.join('\\n')}' "$current"; `
}
