import type { Case, Figure, Options } from '../case'
import { scaled } from '../case'
import type { Stream } from '../firehose-protocol'
import { median } from '../figures'
import { PROFILE_ID } from '../profiles'
import { takenInByTreetop } from './ingest'

const TOPICS = { count: 10_000, length: 30, siblings: 100 }
const MESSAGES = { 0: 1_000_000, 1: 500_000 }

/** The cost of the control packet log while it is on. */
export const packets: Case = {
  name: 'packets',
  states:
    'the stream of `ingest`, with control packets being recorded (a ring of 50,000), over the same without',
  async run(options) {
    const figures: Figure[] = []
    for (const qos of [0, 1] as const) figures.push(await atQos(qos, options))
    return figures
  }
}

async function atQos(qos: 0 | 1, options: Options): Promise<Figure> {
  const stream: Stream = { topics: TOPICS, payload: 100, qos }
  const messages = scaled(MESSAGES[qos], options)
  const off: number[] = []
  const on: number[] = []
  for (let round = 0; round < options.rounds; round++) {
    off.push((await takenInByTreetop(stream, messages)).perSecond)
    const recording = await takenInByTreetop(stream, messages, {
      started: ({ api }) => api.call('packets.record', { connectionId: PROFILE_ID, on: true })
    })
    on.push(recording.perSecond)
  }
  return {
    what: `QoS ${qos}, recording over not recording`,
    value: median(on) / median(off),
    unit: '×',
    baseline: { what: 'not recording', value: median(off), unit: 'msg/s' },
    details: { on, off },
    target: { least: 0.9 }
  }
}
