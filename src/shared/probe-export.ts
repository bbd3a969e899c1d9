import type { ProbeItem, ProbeSheet, ProbeStep } from '../../shared/contract/probe'
import { plain } from '../../shared/probe-words'
import { words } from './words'

/** A sheet as JSON. Control characters are escaped, since the text may go to a terminal. */
export function jsonOf(sheet: ProbeSheet): string {
  const text = JSON.stringify(sheet, null, 2)
  // JSON.stringify escapes those below U+0020.
  const escape = (character: string): string => `\\u00${character.charCodeAt(0).toString(16)}`
  return `${text.replace(/[\u007f-\u009f]/g, escape)}\n`
}

/** A sheet as Markdown, with its evidence. */
export function markdownOf(sheet: ProbeSheet): string {
  return `${tableOf(sheet)}\n## Evidence\n${sheet.items.map(evidenceOf).join('')}`
}

/** A sheet as a Markdown table, aligned for a terminal. */
export function tableOf(sheet: ProbeSheet): string {
  const { name, address, at, took, treetop, topic, traffic, left, end } = sheet
  const rows = [
    ['Item', 'Supported', 'Finding'],
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
  const notes = [
    ...(end === 'lost' ? ['The broker became unreachable before everything was tested.'] : []),
    ...leftNotes(left).map(escaped)
  ]
  return [
    `# ${escaped(name)}: what this MQTT broker supports`,
    '',
    `${escaped(address)}, ${new Date(at).toISOString()}, Treetop ${treetop}.`,
    `Below \`${topic}\`, in ${(took / 1_000).toFixed(1)} s: ${traffic.connections} connections, ` +
      `${traffic.sent} packets sent, ${traffic.received} received.`,
    ...(notes.length === 0 ? [] : ['', ...notes.map((note) => `- ${note}`)]),
    '',
    head,
    `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`,
    ...body,
    ''
  ].join('\n')
}

/** What could not be cleared up, a sentence each. */
export function leftNotes({ topics, sessions }: ProbeSheet['left']): string[] {
  return [
    ...topics.map((topic) => `A retained message was left behind: ${topic}.`),
    ...sessions.map((clientId) => `A session was left behind, of client ID ${clientId}.`)
  ]
}

function evidenceOf(item: ProbeItem): string {
  const steps = item.evidence.map(stepOf)
  const body = steps.length === 0 ? '' : `\n\`\`\`text\n${steps.join('\n')}\n\`\`\`\n`
  return `\n### ${words.nameOf(item.id)}\n\n${escaped(words.sentenceOf(item))}\n${body}`
}

/** A line begins with its time, so it cannot end the code block. */
function stepOf({ at, direction, packet, fields }: ProbeStep): string {
  const time = `${at.toFixed(2).padStart(9)} ms`
  if (direction === 'omitted') return `${time}  … ${fields['count']} packets left out`
  const shown = Object.entries(fields).map(([name, value]) => `${name}=${plain(String(value))}`)
  return [time, direction === 'sent' ? '->' : '<-', packet, ...shown].join(' ')
}

/** Text from outside must not become markup or another cell. */
function escaped(text: string): string {
  return plain(text).replace(/[\\`*[\]<>|]/g, '\\$&')
}
