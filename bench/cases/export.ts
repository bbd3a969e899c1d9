import { goesOn, type Job } from '../../src/shared/contract/jobs'
import type { ExportFormat } from '../../src/shared/contract/transfer'
import { historyPath } from '../../src/main/history/path'
import { scaled, type Case, type Figure } from '../case'
import { startFirehose } from '../firehose'
import { median } from '../figures'
import { dataDirectoryWith } from '../history'
import { residentBytes } from '../proc'
import { HISTORY, PROFILE_ID, writeProfile } from '../profiles'
import { Program } from '../program'
import { seconds } from '../scratch'
import { Treetop } from '../treetop'
import { BIG } from './big'

/** Memory sampling interval, in ms. */
const SAMPLE_EVERY = 100
/** Waits until the start-up has finished. */
const SETTLE_SECONDS = 2
const FORMATS = ['jsonl', 'csv'] as const
const NAMES = { jsonl: 'JSON Lines', csv: 'CSV' }

/** How fast a whole history is exported, relative to only reading the same rows, and how much memory that takes. */
export const exporting: Case = {
  name: 'export',
  states: '10,000,000 messages of 100 bytes over 10,000 topics, all of them, to a file',
  async run(options) {
    const messages = scaled(BIG.messages, options)
    const directory = dataDirectoryWith(BIG.topics, messages)
    const firehose = await startFirehose({ topics: { ...BIG.topics, count: 1 }, payload: 100, qos: 0 })
    writeProfile(directory, firehose.port)
    const alone: number[] = []
    const found = { jsonl: [] as Exported[], csv: [] as Exported[] }
    for (let round = 0; round < options.rounds; round++) {
      alone.push(await readAlone(historyPath(directory, PROFILE_ID), messages))
      for (const format of FORMATS) found[format].push(await exported(directory, format, messages))
    }
    const rate = (of: Exported[]): number => median(of.map(({ perSecond }) => perSecond))
    const growth = (of: Exported[]): number => Math.max(...of.map(({ grown }) => grown))
    return FORMATS.flatMap((format): Figure[] => [
      {
        what: `${NAMES[format]}, over reading alone`,
        value: rate(found[format]) / median(alone),
        unit: '×',
        baseline: { what: 'better-sqlite3 alone', value: median(alone), unit: 'msg/s' },
        details: { treetop: found[format].map(({ perSecond }) => perSecond), alone },
        target: { least: 0.35 }
      },
      {
        what: `${NAMES[format]}, resident memory at most`,
        value: growth(found[format]) / 1_000_000,
        unit: 'MB more',
        target: { most: 50 }
      }
    ])
  }
}

interface Exported {
  /** Messages per second. */
  perSecond: number
  /** Peak growth of the process's resident memory, in bytes. */
  grown: number
}

/** Messages per second. */
async function readAlone(path: string, expected: number): Promise<number> {
  const program = new Program<{ kind: 'read'; messages: number; milliseconds: number }>('scan', path)
  const { messages, milliseconds } = await program.hear('read')
  if (messages !== expected) throw new Error(`${messages} of ${expected} messages are in the history`)
  return (messages / milliseconds) * 1_000
}

/** In a separate process: memory taken by an earlier export would hide the memory taken by this one. */
async function exported(directory: string, format: ExportFormat, expected: number): Promise<Exported> {
  const treetop = new Treetop(directory)
  await treetop.start()
  await treetop.statsWhen(({ loading }) => loading === null)
  await seconds(SETTLE_SECONDS)
  const before = residentBytes(treetop.pid)
  let most = before
  const timer = setInterval(() => (most = Math.max(most, residentBytes(treetop.pid))), SAMPLE_EVERY)
  const started = performance.now()
  const ended = new Promise<Job>((done) => {
    const stop = treetop.api.on('jobs.changed', (job) => {
      if (goesOn(job)) return
      stop()
      done(job)
    })
  })
  await treetop.api.call('transfer.export', {
    history: HISTORY,
    filter: null,
    from: null,
    to: null,
    format
  })
  const { state, messages: written, error } = await ended
  const milliseconds = performance.now() - started
  clearInterval(timer)
  await treetop.stop()
  if (state !== 'done' || written !== expected)
    throw new Error(`${state}: ${written} written; ${JSON.stringify(error)}`)
  return { perSecond: (written / milliseconds) * 1_000, grown: most - before }
}
