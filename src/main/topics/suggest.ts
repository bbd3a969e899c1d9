import type { TopicEntry } from '../history/topics'
import { Pacer } from '../pacer'

/** How long topics may be scanned before messages are handled, in ms. */
const SLICE_MS = 8
/** Number of topics scanned between two checks of the clock. */
const AT_ONCE = 512

/**
 * Returns topics with messages whose names contain every word of a text, ignoring case. Topics whose last level starts with the first word
 * come first, then shorter ones. Scans all topics in slices; returns null if it was superseded meanwhile.
 */
export async function suggest(
  entries: Iterable<Pick<TopicEntry, 'name' | 'lastId'>>,
  text: string,
  limit: number,
  superseded: () => boolean
): Promise<string[] | null> {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return []
  const best: { name: string; rank: number }[] = []
  const pacer = new Pacer(SLICE_MS)
  let looked = 0
  for (const { name, lastId } of entries) {
    if (++looked % AT_ONCE === 0 && (await pacer.yieldIfDue()) && superseded()) return null
    if (lastId === 0) continue
    const folded = name.toLowerCase()
    if (!words.every((word) => folded.includes(word))) continue
    const rank = rankOf(folded, words[0]!)
    if (best.length === limit && rank >= best[limit - 1]!.rank) continue
    const place = best.findIndex((other) => rank < other.rank)
    best.splice(place === -1 ? best.length : place, 0, { name, rank })
    if (best.length > limit) best.pop()
  }
  return best.map(({ name }) => name)
}

/** Lower is better: names whose last level starts with the word come first, then shorter names. */
function rankOf(name: string, word: string): number {
  const startsLevel = name.startsWith(word, name.lastIndexOf('/') + 1)
  return name.length + (startsLevel ? 0 : 100_000)
}
