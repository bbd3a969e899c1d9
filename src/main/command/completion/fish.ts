import { brief, type FlagWords, type Words } from './words'

/** A script for fish. */
export function fishScript(root: Words, commands: readonly Words[]): string {
  const names = commands.map(({ name }) => name).join(' ')
  const before = `not __fish_seen_subcommand_from ${names}`
  return [
    '# Completion of treetop for fish: treetop completion fish > ~/.config/fish/completions/treetop.fish',
    'complete -c treetop -f',
    ...(root.operand === 'file' ? [`complete -c treetop -n '${before}' -F`] : []),
    ...commands.map(
      ({ name, summary }) => `complete -c treetop -n '${before}' -a ${name} -d ${quoted(summary)}`
    ),
    ...root.options.map((option) => line(before, option)),
    ...commands.flatMap(({ name, options, operand }) => {
      const within = `__fish_seen_subcommand_from ${name}`
      const operands =
        typeof operand === 'object'
          ? [`complete -c treetop -n '${within}' -a '${operand.join(' ')}'`]
          : operand === undefined
            ? []
            : [`complete -c treetop -n '${within}' -F`]
      return [...operands, ...options.map((option) => line(within, option))]
    }),
    ''
  ].join('\n')
}

function line(condition: string, { short, long, about, value, optional, complete }: FlagWords): string {
  const parts = [`complete -c treetop -n '${condition}'`]
  if (short) parts.push(`-s ${short}`)
  parts.push(`-l ${long}`)
  if (value !== undefined && !optional) parts.push(valueOf(complete))
  parts.push(`-d ${quoted(brief(about))}`)
  return parts.join(' ')
}

function valueOf(complete: FlagWords['complete']): string {
  if (complete === undefined) return '-x'
  if (complete === 'file') return '-r -F'
  if (complete === 'directory') return "-x -a '(__fish_complete_directories)'"
  return `-x -a '${complete.join(' ')}'`
}

function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, '\\$&')}'`
}
