import { LOCAL_PROFILE_ID } from '../../src/shared/contract/profiles'
import { freePort } from '../../e2e/fixtures/port'
import { scaled, type Case, type Figure, type Options } from '../case'
import { median } from '../figures'
import type { Load, LoadNews } from '../load-protocol'
import { startMosquitto } from '../mosquitto'
import { Program } from '../program'
import { seconds, temporaryFolder } from '../scratch'
import { Treetop } from '../treetop'

type Flow = Pick<Load, 'qos' | 'subscribers' | 'messages' | 'kept'>
type Through = Extract<LoadNews, { kind: 'through' }> & { perSecond: number }

const IN_FLIGHT = 400
const RECORDED_RATE = 20_000
const RECORDED_SECONDS = 10

const overMosquitto: { what: string; flow: Flow; least: number }[] = [
  {
    what: 'QoS 0, one subscriber',
    flow: { qos: 0, subscribers: 1, messages: 1_000_000, kept: false },
    least: 3
  },
  {
    what: 'QoS 0, ten subscribers',
    flow: { qos: 0, subscribers: 10, messages: 200_000, kept: false },
    least: 2
  },
  {
    what: 'QoS 1, one subscriber',
    flow: { qos: 1, subscribers: 1, messages: 300_000, kept: false },
    least: 1.5
  },
  {
    what: 'QoS 2, one subscriber',
    flow: { qos: 2, subscribers: 1, messages: 200_000, kept: false },
    least: 1.5
  }
]

const kept: Flow = { qos: 1, subscribers: 1, messages: 300_000, kept: true }

/** How fast the local broker carries messages, beside Mosquitto, and whether recording everything holds a publisher back. */
export const broker: Case = {
  name: 'broker',
  states:
    "one publisher, MQTT 3.1.1, 1,000 topics of 30 bytes, payload 100 bytes, as fast as they pass, 400 in flight at QoS 1 and 2; Treetop's own connection is disconnected, except where it records",
  async run(options) {
    const treetop = new Treetop(temporaryFolder())
    const port = await freePort()
    await treetop.start(`--broker=${port}`)
    // Otherwise every message would also be delivered to Treetop, and recorded.
    await treetop.api.call('connections.disconnect', { id: LOCAL_PROFILE_ID })
    await seconds(0.5)
    const mosquitto = await startMosquitto()
    const figures: Figure[] = []
    for (const { what, flow, least } of overMosquitto) {
      const [own, other] = await inTurns(
        options,
        () => through(port, flow, options),
        mosquitto === null ? null : () => through(mosquitto, flow, options)
      )
      figures.push({
        what: `${what}, over Mosquitto`,
        value: median(own) / median(other),
        unit: '×',
        baseline: { what: 'Mosquitto', value: median(other), unit: 'msg/s' },
        details: { treetop: own, mosquitto: other },
        target: mosquitto === null ? null : { least }
      })
    }
    const [durable, clean] = await inTurns(
      options,
      () => through(port, kept, options),
      () => through(port, { ...kept, kept: false }, options)
    )
    figures.push({
      what: 'QoS 1 to a kept session, over a clean one',
      value: median(durable) / median(clean),
      unit: '×',
      baseline: { what: 'clean session', value: median(clean), unit: 'msg/s' },
      details: { kept: durable, clean },
      target: { least: 0.5 }
    })
    await treetop.stop()
    return [...figures, ...(await recorded(options))]
  }
}

/** Messages per second of two subjects that take turns; none of the second if it is not there. */
async function inTurns(
  { rounds }: Options,
  first: () => Promise<Through>,
  second: (() => Promise<Through>) | null
): Promise<[number[], number[]]> {
  const rates: [number[], number[]] = [[], []]
  for (let round = 0; round < rounds; round++) {
    rates[0].push((await first()).perSecond)
    if (second) rates[1].push((await second()).perSecond)
  }
  return rates
}

/** Treetop records everything that passes its broker. */
async function recorded(options: Options): Promise<Figure[]> {
  const treetop = new Treetop(temporaryFolder())
  const port = await freePort()
  await treetop.start(`--broker=${port}`)
  const messages = RECORDED_RATE * RECORDED_SECONDS
  const { longestHold } = await through(
    port,
    { qos: 0, subscribers: 1, messages, kept: false },
    options,
    RECORDED_RATE
  )
  const sent = scaled(messages, options)
  await seconds(2)
  const counted = await treetop.api.call('messages.count', {
    history: { kind: 'connection', id: LOCAL_PROFILE_ID },
    // Not `$SYS`, which is recorded too.
    scope: { topic: 'plant', subtree: true }
  })
  const missing = sent - counted.messages
  await treetop.stop()
  return [
    {
      what: `not recorded of ${sent} at ${RECORDED_RATE} msg/s`,
      value: missing,
      unit: 'messages',
      target: { most: 0 }
    },
    {
      what: 'longest time that the publisher was held back',
      value: longestHold,
      unit: 'ms',
      target: { most: 100 }
    }
  ]
}

async function through(
  port: number,
  flow: Flow,
  options: Options,
  rate: number | null = null
): Promise<Through> {
  const messages = scaled(flow.messages, options)
  const load: Load = { ...flow, port, messages, payload: 100, inFlight: IN_FLIGHT, rate }
  const program = new Program<LoadNews>('load', load)
  const news = await program.hear('through')
  await program.stop()
  return { ...news, perSecond: (messages / news.milliseconds) * 1_000 }
}
