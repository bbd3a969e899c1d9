import { AppError } from '../../../shared/errors'
import type { BrokerSearch } from '../../../shared/contract/workbench'
import { Pacer } from '../../pacer'

/** ms of work before messages get their turn. */
const SLICE = 3
/** Rows that are sorted at most. */
const MOST_SORTED = 100_000
/** Rows that are sorted at once, in about a millisecond. */
const RUN = 1_000
/** Searches whose rows can be read. */
const KEPT = 8

/** Something found, with what it is sorted by. */
interface Keyed<Found> {
  found: Found
  key: string | number
}

/** The results of the last few searches over what may be a million things. A search goes on in slices between messages. */
export class Searches<Found> {
  private readonly results = new Map<number, Found[]>()
  private count = 0

  /**
   * Collects all of `things` that fit, sorted by a key. What cannot be told apart by it stays in the order in which it was found; so does
   * everything, if there is too much.
   */
  async run(
    things: Iterable<Found>,
    fits: (thing: Found) => boolean,
    keyOf: (thing: Found) => string | number,
    descending: boolean
  ): Promise<BrokerSearch> {
    const pacer = new Pacer(SLICE)
    const found: Found[] = []
    for (const thing of things) {
      if (fits(thing)) found.push(thing)
      if (pacer.isDue) await pacer.yield()
    }
    const sorted = found.length <= MOST_SORTED
    const search = ++this.count
    this.results.set(search, sorted ? await sortedBy(found, keyOf, descending, pacer) : found)
    for (const oldest of this.results.keys()) if (this.results.size > KEPT) this.results.delete(oldest)
    return { search, total: found.length, sorted }
  }

  /** Throws NOT_FOUND. */
  rows(search: number, offset: number, limit: number): Found[] {
    const result = this.results.get(search)
    if (!result) throw new AppError('NOT_FOUND', { what: 'search', id: String(search) })
    return result.slice(offset, offset + limit)
  }
}

/** Merge sort: runs that are sorted at once, and then merged in slices. */
async function sortedBy<Found>(
  found: Found[],
  keyOf: (thing: Found) => string | number,
  descending: boolean,
  pacer: Pacer
): Promise<Found[]> {
  const compare = (a: Keyed<Found>, b: Keyed<Found>): number =>
    a.key === b.key ? 0 : a.key < b.key === descending ? 1 : -1
  let runs: Keyed<Found>[][] = []
  for (let at = 0; at < found.length; at += RUN) {
    runs.push(
      found
        .slice(at, at + RUN)
        .map((thing) => ({ found: thing, key: keyOf(thing) }))
        .sort(compare)
    )
    await pacer.yieldIfDue()
  }
  while (runs.length > 1) {
    const merged: Keyed<Found>[][] = []
    for (let index = 0; index < runs.length; index += 2)
      merged.push(await mergedRuns(runs[index]!, runs[index + 1] ?? [], compare, pacer))
    runs = merged
  }
  return runs[0]?.map((each) => each.found) ?? []
}

async function mergedRuns<Each>(
  left: Each[],
  right: Each[],
  compare: (a: Each, b: Each) => number,
  pacer: Pacer
): Promise<Each[]> {
  const merged: Each[] = []
  let [at, rightAt] = [0, 0]
  while (at < left.length || rightAt < right.length) {
    const takeLeft =
      rightAt === right.length || (at < left.length && compare(left[at]!, right[rightAt]!) <= 0)
    merged.push(takeLeft ? left[at++]! : right[rightAt++]!)
    if (merged.length % RUN === 0) await pacer.yieldIfDue()
  }
  return merged
}

/** `limit` of some things, from the `offset`th on. */
export function windowOf<Each>(things: Iterable<Each>, offset: number, limit: number): Each[] {
  const found: Each[] = []
  if (limit === 0) return found
  let index = 0
  for (const each of things) {
    if (index++ >= offset) found.push(each)
    if (found.length === limit) break
  }
  return found
}
