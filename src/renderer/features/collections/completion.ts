import type { Insertion } from './insertions'

/** What can be put in place of what is being typed. */
export interface Offer {
  /** Where what a completion replaces begins and ends. */
  from: number
  to: number
  options: Insertion[]
}

/** Completes the expression in double braces that is being typed at the cursor; null: there is none. */
export function templateOffer(text: string, cursor: number, all: readonly Insertion[]): Offer | null {
  const from = text.lastIndexOf('{{', cursor - 2)
  if (from === -1 || cursor < from + 2 || text[from - 1] === '\\') return null
  const word = text.slice(from + 2, cursor)
  if (/[{}\n"']/.test(word) || word.length > 60) return null
  return {
    from,
    to: text.startsWith('}}', cursor) ? cursor + 2 : cursor,
    options: fitting(all, word.trimStart(), ({ text }) => text.slice(2, -2))
  }
}

/** Those that begin with a word, then those that contain it. */
export function fitting<T>(all: readonly T[], word: string, textOf: (each: T) => string): T[] {
  const wanted = word.toLowerCase()
  const placed = all.map((each) => ({ each, at: textOf(each).toLowerCase().indexOf(wanted) }))
  return [...placed.filter(({ at }) => at === 0), ...placed.filter(({ at }) => at > 0)].map(
    ({ each }) => each
  )
}
