import type { Command, Description } from './command'
import { flagsOf } from './parse'

const WIDTH = 120
/** Options with longer flags have their text on the next line. */
const LONGEST_FLAGS = 24

/** The help of a command, or of `treetop` itself (`name` empty). */
export function helpOf(name: string, description: Description): string {
  const { usage, about, options, notes = [], examples = [], statuses } = description
  const program = name === '' ? 'treetop' : `treetop ${name}`
  const rows: [string, string, string | undefined][] = Object.entries(options).map(([key, option]) => [
    flagsOf(key, option, false),
    option.about,
    option.heading
  ])
  rows.push(['-h, --help', 'print this help', undefined])
  const column = 2 + Math.max(...rows.map(([flags]) => flags.length).filter((each) => each <= LONGEST_FLAGS))
  const paragraphs = [
    usage.map((line, index) => `${index === 0 ? 'Usage: ' : '       '}${program} ${line}`).join('\n'),
    ...about.map((text) => wrapped(text)),
    rows
      .map(([flags, text, heading], index) => {
        const head = heading === undefined ? '' : `${index === 0 ? '' : '\n'}${heading}:\n`
        return head + entry(flags, text, column)
      })
      .join('\n'),
    ...notes.map((text) => wrapped(text)),
    ...(examples.length > 0 ? [`Examples:\n${examples.map(example).join('\n')}`] : []),
    ...(statuses === undefined ? [] : [wrapped(`Exit status: ${statuses}.`)])
  ]
  return `${paragraphs.join('\n\n')}\n`
}

/** The commands with one line each. */
export function commandList(commands: readonly Command[]): string {
  const column = 2 + Math.max(...commands.map(({ name }) => name.length))
  return commands.map(({ name, summary }) => entry(name, summary, column)).join('\n')
}

function entry(flags: string, text: string, column: number): string {
  const lines = wrapped(text, WIDTH - column - 2).split('\n')
  const indent = ' '.repeat(column + 2)
  const first = flags.length + 2 > column ? `  ${flags}\n${indent}` : `  ${flags.padEnd(column)}`
  return `${first}${lines.join(`\n${indent}`)}`
}

function example({ line, about }: { line: string; about?: string }): string {
  return about === undefined ? `  treetop ${line}` : `  # ${about}\n  treetop ${line}`
}

/** Breaks lines at spaces, and keeps line breaks and what is indented. */
function wrapped(text: string, width = WIDTH): string {
  return text
    .split('\n')
    .map((paragraph) => {
      if (paragraph.startsWith(' ')) return paragraph
      const lines = ['']
      for (const word of paragraph.split(' ')) {
        const last = lines.at(-1)!
        if (last !== '' && last.length + 1 + word.length > width) lines.push(word)
        else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`
      }
      return lines.join('\n')
    })
    .join('\n')
}
