import { noneOpen } from '../../src/shared/contract/topics'
import { scaled, type Case, type Options } from '../case'
import { startFirehose } from '../firehose'
import { percentile } from '../figures'
import { dataDirectoryWith } from '../history'
import { HISTORY, writeProfile } from '../profiles'
import type { Topics } from '../topics'
import { Treetop } from '../treetop'

const TOPICS: Topics = { count: 100_000, length: 30, siblings: 100 }
const MESSAGES = 10_000_000
/** Number of past moments to visit, spread over the history. */
const MOVES = 30

/** How quickly the tree of a past moment appears. */
export const moment: Case = {
  name: 'moment',
  states:
    'a history of 10,000,000 messages over 100,000 topics; from the call to the frame with the rows in sight, over the socket of browser mode; then until all totals are counted',
  async run(options) {
    const { first, moves, totals } = await travel(options)
    return [
      { what: 'first rows of the past', value: first, unit: 'ms', target: { most: 500 } },
      {
        what: 'rows of another moment, p95',
        value: percentile(moves, 0.95),
        unit: 'ms',
        details: { median: percentile(moves, 0.5), longest: Math.max(...moves), moves: moves.length },
        target: { most: 500 }
      },
      { what: 'totals of a late moment', value: totals, unit: 'ms', target: null }
    ]
  }
}

async function travel(options: Options): Promise<{ first: number; moves: number[]; totals: number }> {
  const messages = scaled(MESSAGES, options)
  const directory = dataDirectoryWith(TOPICS, messages)
  const firehose = await startFirehose({ topics: { ...TOPICS, count: 1 }, payload: 100, qos: 0 })
  writeProfile(directory, firehose.port)
  const treetop = new Treetop(directory)
  await treetop.start()
  await treetop.statsWhen(({ loading }) => loading === null)
  let told: (counting: boolean) => void = () => undefined
  treetop.api.on('topics.frame', ({ rows, counting }) => rows && told(counting))
  const frame = (counting: boolean): Promise<void> =>
    new Promise((done) => (told = (now) => now === counting && done()))

  let started = performance.now()
  const shown = frame(true)
  const { viewId } = await treetop.api.call('topics.watch', {
    history: HISTORY,
    sort: { by: 'name', descending: false },
    filter: { text: '', mode: 'text', matchCase: false, scope: 'names' },
    hidden: [],
    flat: true,
    pinned: [],
    window: { first: 0, count: 60, sequence: 1 },
    selected: null,
    expanded: noneOpen,
    moment: Math.floor(messages / 2)
  })
  await shown
  const first = performance.now() - started
  const moves: number[] = []
  for (let move = 1; move <= MOVES; move++) {
    const moved = frame(true)
    started = performance.now()
    await treetop.api.call('topics.update', {
      viewId,
      options: {},
      moment: Math.floor((messages * ((move * 7) % MOVES)) / MOVES) + 1_000
    })
    await moved
    moves.push(performance.now() - started)
  }
  const counted = frame(false)
  started = performance.now()
  await treetop.api.call('topics.update', { viewId, options: {}, moment: messages - 1_000 })
  await counted
  const totals = performance.now() - started
  await treetop.stop()
  await firehose.stop()
  return { first, moves, totals }
}
