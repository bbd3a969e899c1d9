import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { everyMessage } from '../src/shared/contract/messages'
import { startFirehose, type Firehose } from './firehose'
import { residentBytes } from './proc'
import { HISTORY, writeProfile } from './profiles'
import { endEverything, seconds, temporaryFolder } from './scratch'
import { Treetop } from './treetop'

const TOPICS = { count: 10_000, length: 30, siblings: 100 }
const RATE = 5_000
/** MB; reached within minutes, so that retention is active for the rest of the time. */
const LIMIT = 300
/** Sampling interval, in seconds. */
const EVERY = 10

const results = resolve(import.meta.dirname, 'soak.json')
const EVERYTHING = { topic: null, subtree: true }
interface Sample {
  /** Minutes since the start. */
  minute: number
  residentMegabytes: number
  historyMegabytes: number
  /** Messages not yet in the search index. */
  unindexed: number
  /** How long the connection took to answer a call, in ms. */
  answered: number
}

/**
 * Sends 5,000 messages per second for some minutes, and reports memory, lag and losses. Resolves to the exit code: 1 if messages were
 * lost.
 */
export async function soak(argv: string[]): Promise<number> {
  const { values } = parseArgs({ args: argv, options: { minutes: { type: 'string', default: '20' } } })
  const minutes = Number(values.minutes)
  if (!(minutes > 0)) {
    process.stderr.write('Give the minutes as a number above 0: npm run soak -- --minutes 20\n')
    return 2
  }
  process.stdout.write(
    `soak: ${TOPICS.count} topics, 100 bytes, QoS 0, ${RATE} msg/s for ${minutes} min; the history is kept to ${LIMIT} MB; one view open\n`
  )
  try {
    return await hold(minutes)
  } finally {
    await endEverything()
  }
}

async function hold(minutes: number): Promise<number> {
  const firehose = await startFirehose({ topics: TOPICS, payload: 100, qos: 0 })
  const treetop = new Treetop(temporaryFolder())
  const history = { maxMegabytes: LIMIT, maxDays: null, powerSafe: false }
  writeProfile(treetop.dataDirectory, firehose.port, { history })
  await treetop.start()
  await firehose.subscribed()
  const viewId = await treetop.watch(['plant', 'plant/area0'])
  const started = Date.now()
  const sending = held(firehose, minutes)
  let over = false
  void sending.then(() => (over = true))
  const samples: Sample[] = []
  while (!over) {
    await seconds(EVERY)
    const asked = performance.now()
    await treetop.api.call('topics.at', { viewId, index: 0 })
    const answered = performance.now() - asked
    const step = await treetop.api.call('messages.search', {
      history: HISTORY,
      query: everyMessage,
      limit: 1
    })
    const sample = {
      minute: (Date.now() - started) / 60_000,
      residentMegabytes: residentBytes(treetop.pid) / 1_000_000,
      historyMegabytes: treetop.stats().historyBytes / 1_000_000,
      unindexed: step.unindexed,
      answered
    }
    samples.push(sample)
    if (samples.length % 6 === 1) process.stdout.write(`  ${line(sample)}\n`)
  }
  const sent = await sending
  await treetop.statsWhen(({ received }) => received >= sent)
  const stats = treetop.stats()
  const { rows } = await treetop.api.call('messages.page', {
    history: HISTORY,
    scope: EVERYTHING,
    limit: 1
  })
  // Ids count every message ever recorded.
  const recorded = rows[0]?.id ?? 0
  const kept = await treetop.api.call('messages.count', { history: HISTORY, scope: EVERYTHING })
  const lost = sent - recorded
  const first = samples[Math.min(5, samples.length - 1)]!
  const summary = {
    minutes,
    sent,
    received: stats.received,
    recorded,
    lost,
    unrecorded: stats.unrecorded,
    kept: kept.messages,
    countedInTree: stats.messages,
    residentMegabytes: {
      afterAMinute: first.residentMegabytes,
      most: most('residentMegabytes'),
      last: samples.at(-1)!.residentMegabytes
    },
    historyMegabytes: most('historyMegabytes'),
    unindexed: most('unindexed'),
    answered: most('answered')
  }
  function most(field: keyof Sample): number {
    return Math.max(...samples.map((sample) => sample[field]))
  }
  process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`)
  writeFileSync(results, `${JSON.stringify({ summary, samples }, null, 2)}\n`)
  return lost === 0 && stats.unrecorded === 0 && kept.messages === stats.messages ? 0 : 1
}

/** Sends bursts for some minutes. Resolves to the number of messages. */
async function held(firehose: Firehose, minutes: number): Promise<number> {
  let sent = 0
  for (let left = minutes; left > 0; left--) {
    const burst = await firehose.send({ messages: Math.round(RATE * 60 * Math.min(left, 1)), rate: RATE })
    // A running total since the first burst.
    sent = burst.sent
  }
  return sent
}

function line({ minute, residentMegabytes, historyMegabytes, unindexed, answered }: Sample): string {
  return `${minute.toFixed(1)} min: ${residentMegabytes.toFixed(0)} MB resident, history ${historyMegabytes.toFixed(0)} MB, ${unindexed} not indexed, answers in ${answered.toFixed(1)} ms`
}
