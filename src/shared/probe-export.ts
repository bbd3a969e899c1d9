import type { ProbeItem, ProbeSheet, ProbeStep } from './contract/probe'
import { plain, type ProbeWords } from './probe-words'

/** Longest part of a file's name that the name of a sheet makes, in characters. */
const LONGEST_NAME = 40

/** The name of a sheet's file, without its ending: valid everywhere. */
export function fileNameOf({ name, at }: Pick<ProbeSheet, 'name' | 'at'>): string {
  const day = new Date(at).toISOString().slice(0, 10)
  return `${name.replace(/[^\p{L}\p{N}]+/gu, '-').slice(0, LONGEST_NAME)}-probe-${day}`
}

/** A sheet as JSON. Control characters are escaped, since the text may go to a terminal. */
export function jsonOf(sheet: ProbeSheet): string {
  const text = JSON.stringify(sheet, null, 2)
  // JSON.stringify escapes those below U+0020.
  const escape = (character: string): string => `\\u00${character.charCodeAt(0).toString(16)}`
  return `${text.replace(/[\u007f-\u009f]/g, escape)}\n`
}

/** A sheet as Markdown, with its evidence, in the language of the words. */
export function markdownOf(sheet: ProbeSheet, words: ProbeWords): string {
  const evidence = sheet.items.map((item) => evidenceOf(item, words))
  return `${tableOf(sheet, words)}\n## ${words.export('evidence')}\n${evidence.join('')}`
}

/** A sheet as a Markdown table, aligned for a terminal. */
export function tableOf(sheet: ProbeSheet, words: ProbeWords): string {
  const { name, address, at, took, treetop, topic, traffic, left, end } = sheet
  const rows = [
    (['item', 'supported', 'finding'] as const).map((column) => words.export(column)),
    ...sheet.items.map((item) => [
      words.nameOf(item.id),
      words.verdict(item.verdict),
      escaped(words.sentenceOf(item))
    ])
  ]
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)))
  const line = (cells: string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`
  const [head, ...body] = rows.map(line)
  const notes = [...(end === 'lost' ? [words.export('lost')] : []), ...leftNotes(left, words).map(escaped)]
  return [
    `# ${words.export('title', { name: escaped(name) })}`,
    '',
    words.export('facts', { address: escaped(address), time: new Date(at).toISOString(), version: treetop }),
    words.export('traffic', {
      ...{ topic: `\`${topic}\``, seconds: (took / 1_000).toFixed(1) },
      ...{ connections: String(traffic.connections), sent: String(traffic.sent) },
      received: String(traffic.received)
    }),
    ...(notes.length === 0 ? [] : ['', ...notes.map((note) => `- ${note}`)]),
    '',
    head,
    `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`,
    ...body,
    ''
  ].join('\n')
}

/** What could not be cleared up, a sentence each. */
export function leftNotes({ topics, sessions }: ProbeSheet['left'], words: ProbeWords): string[] {
  return [
    ...topics.map((topic) => words.export('left_topic', { topic })),
    ...sessions.map((clientId) => words.export('left_session', { clientId }))
  ]
}

function evidenceOf(item: ProbeItem, words: ProbeWords): string {
  const steps = item.evidence.map((step) => stepOf(step, words))
  const body = steps.length === 0 ? '' : `\n\`\`\`text\n${steps.join('\n')}\n\`\`\`\n`
  return `\n### ${words.nameOf(item.id)}\n\n${escaped(words.sentenceOf(item))}\n${body}`
}

/** A line begins with its time, so it cannot end the code block. */
function stepOf({ at, direction, packet, fields }: ProbeStep, words: ProbeWords): string {
  const time = `${at.toFixed(2).padStart(9)} ms`
  if (direction === 'omitted')
    return `${time}  … ${words.export('omitted', { count: String(fields['count']) })}`
  const shown = Object.entries(fields).map(([name, value]) => `${name}=${plain(String(value))}`)
  return [time, direction === 'sent' ? '->' : '<-', packet, ...shown].join(' ')
}

/** Text from outside must not become markup or another cell. */
function escaped(text: string): string {
  return plain(text).replace(/[\\`*[\]<>|]/g, '\\$&')
}
