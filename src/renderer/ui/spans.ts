/** A part of a text: from an index up to, not including, another. */
export type Span = readonly [from: number, to: number]

export interface Piece {
  text: string
  marked: boolean
}

/** Cuts the part of a text between two indexes into marked and other pieces. The spans ascend and do not overlap. */
export function pieces(text: string, spans: readonly Span[], start = 0, end = text.length): Piece[] {
  const found: Piece[] = []
  const add = (from: number, to: number, marked: boolean): void => {
    if (to > from) found.push({ text: text.slice(from, to), marked })
  }
  let at = start
  for (const [from, to] of spans) {
    add(at, Math.min(Math.max(from, at), end), false)
    add(Math.max(from, start), Math.min(to, end), true)
    at = Math.min(Math.max(to, at), end)
  }
  add(at, end, false)
  return found
}

/** A last level up to this length stays whole. Of a longer one, and of a text without levels, so many characters stay at the end. */
const WHOLE_LEVEL = 24
const TAIL = 16

/** The index that cuts a topic into its start, which loses characters when space is short, and its end, which is kept. */
export function tailOf(topic: string): number {
  if (topic.length <= WHOLE_LEVEL) return 0
  const level = topic.lastIndexOf('/')
  const at = topic.length - level <= WHOLE_LEVEL ? level : topic.length - TAIL
  // Do not separate the halves of a surrogate pair.
  const code = topic.charCodeAt(at)
  return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at
}
