import type { Insertion } from './insertions'

/** An expression that is being typed at the cursor. */
export interface Typed {
  /** Where its braces begin, and where what a completion replaces ends. */
  from: number
  to: number
  /** What is typed between the braces. */
  word: string
}

/** The expression that is being typed at the cursor; null: there is none. */
export function typedAt(text: string, cursor: number): Typed | null {
  const from = text.lastIndexOf('{{', cursor - 2)
  if (from === -1 || cursor < from + 2 || text[from - 1] === '\\') return null
  const word = text.slice(from + 2, cursor)
  if (/[{}\n"']/.test(word) || word.length > 60) return null
  return { from, to: text.startsWith('}}', cursor) ? cursor + 2 : cursor, word: word.trimStart() }
}

/** The insertions that begin with a word, then those that contain it. */
export function completionsOf(all: readonly Insertion[], word: string): Insertion[] {
  const wanted = word.toLowerCase()
  const placed = all.map((insertion) => ({
    insertion,
    at: insertion.text.slice(2, -2).toLowerCase().indexOf(wanted)
  }))
  return [...placed.filter(({ at }) => at === 0), ...placed.filter(({ at }) => at > 0)].map(
    ({ insertion }) => insertion
  )
}
