import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { historyPath, indexPath } from '../../src/main/history/path'
import { everyMessage, type SearchQuery } from '../../src/shared/contract/messages'
import { scaled, type Case, type Figure, type Options } from '../case'
import { startFirehose } from '../firehose'
import { median, percentile } from '../figures'
import { dataDirectoryWith } from '../history'
import { HISTORY, PROFILE_ID, writeProfile } from '../profiles'
import { seconds, temporaryFolder } from '../scratch'
import { Treetop } from '../treetop'
import { BIG } from './big'
import { takenInByTreetop } from './ingest'

const LIMIT = 100
const STREAM = { topics: { count: 10_000, length: 30, siblings: 100 }, payload: 100, qos: 0 as const }
const MESSAGES = 2_000_000
const RATE = 5_000
const LAG_SECONDS = 300

/** Indexed queries: rare, frequent and absent terms; values, words and topics; Chinese; bytes. */
const INDEXED: Partial<SearchQuery>[] = [
  { text: 'kPa' },
  { text: '"unit":"kPa"' },
  { text: '"value":123.45' },
  { text: '"value":999.99,"ok":false' },
  { text: '77.77' },
  { text: '8.88,"ok":true' },
  { text: 'sensor1234' },
  { text: 'area7/line3' },
  { text: 'no such words' },
  { text: '"value":1234567' },
  { text: '温度' },
  { text: '度' },
  { text: '22 76 61 6c 75 65 22 3a 35 2e', hex: true },
  { text: 'ff fe fd', hex: true },
  { text: '"value":5', filter: 'plant/area3/#' },
  { text: '"value":500.', filter: 'plant/+/line1/+', qos: 0 },
  { text: 'absent', filter: 'plant/area3/#' }
]
/** Too short for the index: these scan every message. */
const SHORT: Partial<SearchQuery>[] = [{ text: 'Pa' }, { text: 'zq' }, { text: '值' }]

/** How quickly the first page of search results appears, and what maintaining the index costs. */
export const search: Case = {
  name: 'search',
  states: `10,000,000 messages of 100 bytes over 10,000 topics, the index caught up, the first ${LIMIT} of ${INDEXED.length} searches; 2,000,000 messages as fast as they are taken with the index and without; 5,000 msg/s for 300 s`,
  async run(options) {
    return [...(await pages(options)), await capacity(options), await lag(options)]
  }
}

async function pages(options: Options): Promise<Figure[]> {
  const directory = dataDirectoryWith(BIG.topics, scaled(BIG.messages, options))
  const firehose = await startFirehose({ ...STREAM, topics: { ...BIG.topics, count: 1 } })
  writeProfile(directory, firehose.port)
  const treetop = new Treetop(directory)
  await treetop.start()
  await firehose.subscribed()
  await treetop.statsWhen(({ loading }) => loading === null)
  const indexed: Record<string, number> = {}
  for (const query of INDEXED) indexed[named(query)] = await firstPage(treetop, query)
  const short: Record<string, number> = {}
  for (const query of SHORT) short[named(query)] = await firstPage(treetop, query)
  await treetop.stop()
  await firehose.stop()
  const figure = (what: string, found: Record<string, number>, most: number | null): Figure => ({
    what,
    value: percentile(Object.values(found), 0.95),
    unit: 'ms',
    details: found,
    target: most === null ? null : { most }
  })
  return [
    figure('first page, p95', indexed, 300),
    figure('of one or two letters (looked through), p95', short, null)
  ]
}

function named({ text, filter }: Partial<SearchQuery>): string {
  return filter === undefined ? text! : `${text} in ${filter}`
}

/** Time until a page is full or the search has ended, in ms. Uses the same steps as a page of the app. */
async function firstPage(treetop: Treetop, query: Partial<SearchQuery>): Promise<number> {
  const started = performance.now()
  let found = 0
  for (let before: number | undefined; ;) {
    const step = await treetop.api.call('messages.search', {
      history: HISTORY,
      query: { ...everyMessage, ...query },
      limit: LIMIT - found,
      ...(before !== undefined && { before })
    })
    found += step.rows.length
    if (step.next === null || found === LIMIT) return performance.now() - started
    before = step.next
  }
}

async function capacity(options: Options): Promise<Figure> {
  const messages = scaled(MESSAGES, options)
  // An index that cannot be opened stops indexing; retries fail, too.
  const stopped = (dataDirectory: string): void => {
    mkdirSync(join(indexPath(historyPath(dataDirectory, PROFILE_ID)), 'occupied'), { recursive: true })
  }
  const without: number[] = []
  const running: number[] = []
  for (let round = 0; round < options.rounds; round++) {
    without.push((await takenInByTreetop(STREAM, messages, { prepare: stopped })).perSecond)
    running.push((await takenInByTreetop(STREAM, messages)).perSecond)
  }
  return {
    what: 'ingest with the indexer, over without',
    value: median(running) / median(without),
    unit: '×',
    baseline: { what: 'stopped', value: median(without), unit: 'msg/s' },
    details: { running, without },
    target: { least: 0.9 }
  }
}

async function lag(options: Options): Promise<Figure> {
  const firehose = await startFirehose(STREAM)
  const treetop = new Treetop(temporaryFolder())
  writeProfile(treetop.dataDirectory, firehose.port)
  await treetop.start()
  await firehose.subscribed()
  const sending = firehose.send({ messages: RATE * scaled(LAG_SECONDS, options), rate: RATE })
  let over = false
  void sending.then(() => (over = true))
  const lags: number[] = []
  while (!over) {
    await seconds(1)
    const step = await treetop.api.call('messages.search', {
      history: HISTORY,
      query: everyMessage,
      limit: 1
    })
    lags.push(step.unindexed)
  }
  await treetop.stop()
  await firehose.stop()
  return {
    what: `lag at ${RATE} msg/s, at most`,
    value: Math.max(...lags) / RATE,
    unit: 's',
    details: { last: lags.at(-1) ?? NaN, median: median(lags) },
    // Bounded: less than a tenth of the time in which it could have grown.
    target: { most: scaled(LAG_SECONDS, options) / 10 }
  }
}
