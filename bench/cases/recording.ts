import { openAsBlob, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { goesOn, type Job } from '../../src/shared/contract/jobs'
import { scaled, type Case } from '../case'
import { percentile } from '../figures'
import { startFirehose } from '../firehose'
import { dataDirectoryWith } from '../history'
import { HISTORY, writeProfile } from '../profiles'
import { topicAt } from '../topics'
import { Treetop } from '../treetop'
import { BIG } from './big'

const MESSAGES = 1_000_000
/** How often a page of the history is requested during the copy, in ms. */
const PAGE_EVERY = 20

/** How long saving a history as a recording takes, whether it delays pages, and how long the recording takes to open. */
export const recording: Case = {
  name: 'recording',
  states: '1,000,000 messages of 100 bytes over 10,000 topics, saved, sent as a browser does, and looked at',
  async run(options) {
    const messages = scaled(MESSAGES, options)
    const directory = dataDirectoryWith(BIG.topics, messages)
    const firehose = await startFirehose({ topics: { ...BIG.topics, count: 1 }, payload: 100, qos: 0 })
    writeProfile(directory, firehose.port)
    const treetop = new Treetop(directory)
    await treetop.start()
    await treetop.statsWhen(({ loading }) => loading === null)

    const { milliseconds, pages } = await saved(treetop, messages)
    const [name] = readdirSync(join(directory, 'exports'))
    const content = await openAsBlob(join(directory, 'exports', name!))
    const sent = performance.now()
    const { id } = await treetop.openRecording(content)
    const opened = performance.now()
    const { rows, totals } = await shown(treetop, id)
    return [
      { what: 'saving', value: milliseconds / 1_000, unit: 's', target: { most: 20 } },
      {
        what: 'first page of a topic meanwhile, p95',
        value: percentile(pages, 0.95),
        unit: 'ms',
        details: { longest: Math.max(...pages), pages: pages.length },
        target: { most: 150 }
      },
      { what: 'size', value: content.size / 1e6, unit: 'MB', target: null },
      { what: 'sending and opening', value: (opened - sent) / 1_000, unit: 's', target: { most: 10 } },
      { what: 'first rows', value: rows - opened, unit: 'ms', target: { most: 1_000 } },
      { what: 'totals of all topics', value: totals - opened, unit: 'ms', target: null }
    ]
  }
}

/** Saves the history, and requests pages of it until that is done. */
async function saved(treetop: Treetop, expected: number): Promise<{ milliseconds: number; pages: number[] }> {
  const pages: number[] = []
  let end: Job | null = null
  const stop = treetop.api.on('jobs.changed', (job) => {
    if (!goesOn(job)) end = job
  })
  const started = performance.now()
  await treetop.api.call('transfer.export', {
    history: HISTORY,
    filter: null,
    from: null,
    to: null,
    format: 'treetop'
  })
  const ended = (): Job | null => end
  while (!ended()) {
    const asked = performance.now()
    const scope = { topic: topicAt(BIG.topics, pages.length % BIG.topics.count), subtree: false }
    await treetop.api.call('messages.page', { history: HISTORY, scope, limit: 100 })
    pages.push(performance.now() - asked)
    await new Promise((resolve) => setTimeout(resolve, PAGE_EVERY))
  }
  stop()
  const { state, messages: written, error } = ended()!
  if (state !== 'done' || written < expected)
    throw new Error(`${state}: ${written} written; ${JSON.stringify(error)}`)
  return { milliseconds: performance.now() - started, pages }
}

/** When the first rows of a recording's tree appeared, and when their counts were complete. */
async function shown(treetop: Treetop, id: string): Promise<{ rows: number; totals: number }> {
  let rows = 0
  const counted = new Promise<number>((resolve) => {
    treetop.api.on('topics.frame', (frame) => {
      if (frame.rows && rows === 0) rows = performance.now()
      if (!frame.counting && frame.topics > 0) resolve(performance.now())
    })
  })
  await treetop.watch([], id)
  const totals = await counted
  return { rows, totals }
}
