import type { BetweenMoments, Moment, Span, TopicCounts } from '../../shared/contract/moments'
import { between, namesOf } from '../history/between'
import { historyFault } from '../history/open'
import { PastReader } from '../history/past'
import { marksIn } from '../history/time-marks'
import { Pacer } from '../pacer'
import type { ArchiveCalls } from './archive-functions'
import { orHistoryFault, type OpenHistories } from './open-histories'

/** How long topics are compared before yielding the thread, in ms. */
const SLICE_MS = 25

/** Finds moments in histories, and compares topics between two of them. */
export function momentCalls(histories: OpenHistories): ArchiveCalls<'moments'> {
  let comparisons = 0
  return {
    'moments.marks': ({ path }) => orHistoryFault(() => marksIn(path)),
    'moments.span': ({ path, from, to, buckets }) =>
      histories.read(path, null, () => spanOf(path, from, to, buckets)),
    'moments.find': ({ path, at }) => histories.read(path, null, () => momentAt(path, at)),
    'moments.step': ({ path, id, way, topic }) =>
      histories.read(path, null, ({ reader }) => {
        const scope = { topic, subtree: false }
        const beside = way === 'back' ? { before: id } : { after: id }
        const [row] = reader.page({ scope, limit: 1, ...beside }).rows
        return row ? { id: row.id, at: row.receivedAt } : null
      }),
    async 'moments.between'({ path, from, to, limit }) {
      const turn = ++comparisons
      try {
        return await betweenMoments({ path, from, to, limit }, () => turn !== comparisons)
      } catch (error) {
        throw historyFault(error)
      }
    }
  }
}

/** Distribution of messages over a period of a history. */
function spanOf(path: string, from: number | null, to: number | null, buckets: number): Span | null {
  return withReader(path, (reader) => {
    const ends = reader.ends()
    if (!ends) return null
    const start = from ?? ends.first.at
    // Keep a minimum width, even if all messages have one time.
    const end = Math.max(to ?? ends.last.at + 1, start + buckets)
    return { ...ends, from: start, to: end, counts: reader.density(start, end, buckets) }
  })
}

function momentAt(path: string, at: number): Moment | null {
  return withReader(path, (reader) => reader.before(at) ?? reader.ends()?.first ?? null)
}

/** The topics of a history that have messages. */
export function topicsOf(path: string): { name: string; lastId: number }[] {
  return withReader(path, (reader) => reader.topics().map(([id, name]) => ({ name, lastId: id })))
}

/** Compares topics between two moments; null when `superseded` reports that the result is no longer needed. */
async function betweenMoments(
  { path, from, to, limit }: { path: string; from: number; to: number; limit: number },
  superseded: () => boolean
): Promise<BetweenMoments | null> {
  const comparing = between(path, from, to)
  const pacer = new Pacer(SLICE_MS)
  for (;;) {
    let step = comparing.next()
    while (!step.done && !pacer.isDue) step = comparing.next()
    if (step.done) {
      const { appeared, changed, silent } = step.value
      const listed = (counts: Map<number, number>): TopicCounts => listOf(path, counts, limit)
      return { appeared: listed(appeared), changed: listed(changed), silent: listed(silent) }
    }
    await pacer.yield()
    if (superseded()) {
      comparing.return({ appeared: new Map(), changed: new Map(), silent: new Map() })
      return null
    }
  }
}

function listOf(path: string, counts: Map<number, number>, limit: number): TopicCounts {
  const most = [...counts].sort(([, a], [, b]) => b - a).slice(0, limit)
  const names = namesOf(
    path,
    most.map(([topic]) => topic)
  )
  return {
    topics: counts.size,
    listed: most.flatMap(([topic, messages]) => {
      const name = names.get(topic)
      return name === undefined ? [] : [{ topic: name, messages }]
    })
  }
}

function withReader<T>(path: string, work: (reader: PastReader) => T): T {
  const reader = PastReader.open(path)
  try {
    return work(reader)
  } finally {
    reader.close()
  }
}
