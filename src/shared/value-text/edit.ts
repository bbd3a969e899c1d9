import type { NodeOf, ValueNode } from './node'

/** The text of a string node: what stands outside of expressions in double braces is escaped as JSON wants it. */
export function stringText(value: string): string {
  const pieces = value.split(/(\{\{.*?\}\})/s)
  return `"${pieces.map((piece, index) => (index % 2 === 1 ? piece : JSON.stringify(piece).slice(1, -1))).join('')}"`
}

/** A text in which a value is replaced. */
export function replaced(
  text: string,
  { from, to }: Pick<ValueNode, 'from' | 'to'>,
  written: string
): string {
  return text.slice(0, from) + written + text.slice(to)
}

/** A text in which a key of a map has another value; null removes it. A new key comes last. The rest stays as it is written. */
export function withEntry(text: string, map: NodeOf<'map'>, name: string, written: string | null): string {
  const index = map.entries.findIndex(({ key }) => key.kind === 'string' && key.value === name)
  const entry = map.entries[index]
  const spans = map.entries.map(({ key, value }) => ({ from: key.from, to: value.to }))
  if (!entry)
    return written === null ? text : appended(text, map, spans, `${JSON.stringify(name)}: ${written}`)
  return written === null ? removed(text, spans, index) : replaced(text, entry.value, written)
}

/** A text in which a list has one more item, at its end. */
export function withItem(text: string, list: NodeOf<'list'>, written: string): string {
  return appended(text, list, list.items, written)
}

/** A text in which a list has an item less. */
export function withoutItem(text: string, list: NodeOf<'list'>, index: number): string {
  return removed(text, list.items, index)
}

/** A text in which two items of a list have changed places. */
export function withSwapped(text: string, list: NodeOf<'list'>, index: number, other: number): string {
  const [first, second] = [index, other].sort((a, b) => a - b).map((at) => list.items[at]!)
  const [before, after] = [first!, second!].map(({ from, to }) => text.slice(from, to))
  return replaced(replaced(text, second!, before!), first!, after!)
}

type Span = Pick<ValueNode, 'from' | 'to'>

function removed(text: string, spans: readonly Span[], index: number): string {
  const [before, span, after] = [spans[index - 1], spans[index]!, spans[index + 1]]
  if (after) return text.slice(0, span.from) + text.slice(after.from)
  return text.slice(0, before?.to ?? span.from) + text.slice(span.to)
}

/** On a line of its own with the indent of the one before, if that is how the container is written. */
function appended(text: string, { from, to }: Span, spans: readonly Span[], written: string): string {
  const last = spans.at(-1)
  if (!last) {
    const inner = text.slice(from + 1, to - 1)
    const [, indent] = /\n([ \t]*)$/.exec(inner) ?? []
    const content =
      indent === undefined ? written : `\n${indent}  ${indented(written, `${indent}  `)}\n${indent}`
    return replaced(text, { from: from + 1, to: to - 1 }, content)
  }
  const [, indent] = /(?:^|\n)([ \t]*)$/.exec(text.slice(from + 1, last.from)) ?? []
  const isOwnLine = indent !== undefined && text.slice(from, last.from).includes('\n')
  const gap = isOwnLine ? `,\n${indent}${indented(written, indent)}` : `, ${written}`
  return text.slice(0, last.to) + gap + text.slice(last.to)
}

function indented(written: string, indent: string): string {
  return written.replaceAll('\n', `\n${indent}`)
}
