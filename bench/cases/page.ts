import { scaled, type Case, type Figure } from '../case'
import { startFirehose } from '../firehose'
import { percentile } from '../figures'
import { dataDirectoryWith } from '../history'
import { HISTORY, writeProfile } from '../profiles'
import { branchesOf, topicAt } from '../topics'
import { Treetop } from '../treetop'
import { BIG } from './big'

/** The page size that the app requests. */
const LIMIT = 100
const PAGES = 200

/** How quickly the newest messages of a selected topic appear, in a large history. */
export const page: Case = {
  name: 'page',
  states:
    '10,000,000 messages of 100 bytes over 10,000 topics, some a thousand times as busy as others, every tenth silent for long; the first 100 messages of 200 topics and of 200 subtrees, over the WebSocket',
  async run(options) {
    const directory = dataDirectoryWith(BIG.topics, scaled(BIG.messages, options))
    const firehose = await startFirehose({ topics: { ...BIG.topics, count: 1 }, payload: 100, qos: 0 })
    writeProfile(directory, firehose.port)
    const treetop = new Treetop(directory)
    await treetop.start()
    await firehose.subscribed()
    await treetop.statsWhen(({ loading }) => loading === null)

    const topics = Array.from({ length: PAGES }, (_, index) =>
      topicAt(BIG.topics, index * (BIG.topics.count / PAGES) + (index % 10))
    )
    const branches = branchesOf(BIG.topics)
    const subtrees = [...branches.slice(0, 51), ...branches.slice(-(PAGES - 51))]
    const pages = (names: string[], subtree: boolean) =>
      timed(names, async (topic) => {
        const scope = { topic, subtree }
        const { rows } = await treetop.api.call('messages.page', {
          history: HISTORY,
          scope,
          limit: LIMIT
        })
        if (rows.length === 0) throw new Error(`${topic} has no messages`)
      })
    const calls = await timed(topics, () => treetop.api.call('settings.get'))
    const figure = (what: string, milliseconds: number[], most: number): Figure => ({
      what: `first page of ${what}, p95`,
      value: percentile(milliseconds, 0.95),
      unit: 'ms',
      baseline: { what: 'any call, p95', value: percentile(calls, 0.95), unit: 'ms' },
      details: { median: percentile(milliseconds, 0.5), longest: Math.max(...milliseconds) },
      target: { most }
    })
    return [
      figure('a topic', await pages(topics, false), 20),
      figure('a subtree', await pages(subtrees, true), 150)
    ]
  }
}

/** Durations of consecutive calls, in ms. */
async function timed(names: string[], call: (name: string) => Promise<unknown>): Promise<number[]> {
  const found: number[] = []
  for (const name of names) {
    const started = performance.now()
    await call(name)
    found.push(performance.now() - started)
  }
  return found
}
