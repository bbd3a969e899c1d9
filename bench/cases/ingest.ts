import { scaled, type Case, type Figure, type Options } from '../case'
import { startFirehose } from '../firehose'
import type { Stream } from '../firehose-protocol'
import { median } from '../figures'
import { residentBytes } from '../proc'
import { writeProfile } from '../profiles'
import { Program } from '../program'
import { seconds, temporaryFolder } from '../scratch'
import { Treetop } from '../treetop'

const TOPICS = { count: 10_000, length: 30, siblings: 100 }
const PAYLOAD = 100
/** Messages per run: Treetop needs about eight seconds for them. */
const MESSAGES = { 0: 1_000_000, 1: 500_000 }
const TARGETS = { 0: { least: 0.4, aim: 0.6 }, 1: { least: 0.6, aim: 0.75 } }

/** Memory sampling interval, in ms. */
const SAMPLE_EVERY = 100

/** The messages of programs/counter.ts. */
interface Counted {
  kind: 'counted'
  received: number
}

/** Messages per second from the broker's socket to history, tree and one view, relative to MQTT.js alone counting the same stream. */
export const ingest: Case = {
  name: 'ingest',
  states:
    '10,000 topics of 30 bytes, payload 100 bytes, as fast as they are taken; 1,000,000 messages at QoS 0, 500,000 at QoS 1; one view open',
  async run(options) {
    const figures: Figure[] = []
    for (const qos of [0, 1] as const) figures.push(...(await atQos(qos, options)))
    return figures
  }
}

async function atQos(qos: 0 | 1, options: Options): Promise<Figure[]> {
  const stream: Stream = { topics: TOPICS, payload: PAYLOAD, qos }
  const messages = scaled(MESSAGES[qos], options)
  const alone: number[] = []
  const treetop: number[] = []
  const grown: number[] = []
  for (let round = 0; round < options.rounds; round++) {
    alone.push(await countedByMqttJs(stream, messages))
    const taken = await takenInByTreetop(stream, messages)
    treetop.push(taken.perSecond)
    grown.push(taken.grown)
  }
  const rate: Figure = {
    what: `QoS ${qos}, over MQTT.js counting`,
    value: median(treetop) / median(alone),
    unit: '×',
    baseline: { what: 'MQTT.js alone', value: median(alone), unit: 'msg/s' },
    details: { treetop, alone },
    target: TARGETS[qos]
  }
  // The firehose sends as fast as the socket allows: the excess must wait in its socket, not in Treetop's memory.
  const waiting: Figure = {
    what: `QoS ${qos}, resident memory at most`,
    value: Math.max(...grown) / 1_000_000,
    unit: 'MB more',
    target: null
  }
  return [rate, waiting]
}

/** Messages per second. */
async function countedByMqttJs(stream: Stream, messages: number): Promise<number> {
  const firehose = await startFirehose(stream)
  const counter = new Program<Counted>('counter', firehose.port)
  await firehose.subscribed()
  await seconds(0.5)
  const { sent, milliseconds } = await firehose.send({ messages, rate: null })
  counter.tell({})
  const { received } = await counter.hear('counted')
  if (received !== sent) throw new Error(`MQTT.js counted ${received} of ${sent}`)
  await counter.stop()
  await firehose.stop()
  return (messages / milliseconds) * 1_000
}

/**
 * Messages per second, and peak growth of resident memory in bytes. The PUBACK of the last message shows that all are on disk. `prepare`
 * may change the data directory before the start, `started` the running Treetop.
 */
export async function takenInByTreetop(
  stream: Stream,
  messages: number,
  {
    prepare,
    started
  }: { prepare?: (dataDirectory: string) => void; started?: (treetop: Treetop) => Promise<void> } = {}
): Promise<{ perSecond: number; grown: number }> {
  const firehose = await startFirehose(stream)
  const treetop = new Treetop(temporaryFolder())
  writeProfile(treetop.dataDirectory, firehose.port)
  prepare?.(treetop.dataDirectory)
  await treetop.start()
  await firehose.subscribed()
  await started?.(treetop)
  await treetop.watch(['plant', 'plant/area0', 'plant/area0/line0'])
  await seconds(0.5)
  const before = residentBytes(treetop.pid)
  let most = before
  const sampling = setInterval(() => (most = Math.max(most, residentBytes(treetop.pid))), SAMPLE_EVERY)
  const { sent, milliseconds } = await firehose.send({ messages, rate: null })
  clearInterval(sampling)
  await treetop.statsWhen(({ received, messages: kept }) => received === sent && kept === sent)
  await treetop.stop()
  await firehose.stop()
  return { perSecond: (messages / milliseconds) * 1_000, grown: most - before }
}
