import { duplexPair } from 'node:stream'
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt'
import { generate, parser, type Packet } from 'mqtt-packet'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Broker } from './broker'

const WITHIN = { timeout: 20_000, interval: 10 }

let broker: Broker
let clients: MqttClient[]

beforeEach(() => {
  broker = new Broker()
  clients = []
})

afterEach(() => {
  for (const client of clients) client.end(true)
  broker.close()
})

function clientIds(): string[] {
  return [...broker.clients()].map(({ session }) => session.clientId)
}

/** An MQTT.js client connected to the broker in memory, without ports. */
function joined(options: IClientOptions): MqttClient {
  const made = new mqtt.MqttClient(
    () => {
      const [near, far] = duplexPair()
      far.on('close', () => near.destroy())
      broker.accept(far)
      return near
    },
    { protocolVersion: 5, reconnectPeriod: 0, protocolId: 'MQTT', clean: true, ...options }
  )
  clients.push(made)
  return made
}

async function client(options: IClientOptions): Promise<MqttClient> {
  const made = joined(options)
  await vi.waitFor(() => expect(made.connected).toBe(true), WITHIN)
  return made
}

interface Received {
  topic: string
  payload: string
  qos: number
  retain: boolean
}

function inbox(of: MqttClient): Received[] {
  const received: Received[] = []
  of.on('message', (topic, payload, { qos, retain }) =>
    received.push({ topic, payload: payload.toString(), qos, retain })
  )
  return received
}

describe.each([3, 4, 5] as const)('MQTT version %i', (version) => {
  const protocol = { protocolVersion: version, protocolId: version === 3 ? 'MQIsdp' : 'MQTT' } as const

  it('delivers at the published QoS to a subscriber at QoS 2', async () => {
    const subscriber = await client({ clientId: 'a-client-id-with-more-than-23-characters', ...protocol })
    const received = inbox(subscriber)
    await subscriber.subscribeAsync('#', { qos: 2 })
    const publisher = await client({ clientId: 'p', ...protocol })
    for (const qos of [0, 1, 2] as const) await publisher.publishAsync('t', String(qos), { qos })
    // Order is guaranteed only within a QoS (MQTT 5.0, 4.6).
    const seen = (): string[] => received.map(({ payload, qos }) => `${payload} at ${qos}`).sort()
    await vi.waitFor(() => expect(seen()).toEqual(['0 at 0', '1 at 1', '2 at 2']), WITHIN)
  })

  it('loses no message that another one overtakes while it is stored or queued', async () => {
    const subscriber = await client({ clientId: 's', ...protocol })
    const received = inbox(subscriber)
    await subscriber.subscribeAsync(['#', '$SYS/#'], { qos: 2 })
    const publisher = await client({ clientId: 'p', ...protocol })
    const sent: string[] = []
    for (let i = 0; i < 60; i++) {
      for (const [qos, retain] of [
        [0, true],
        [0, false],
        [1, true],
        [1, false],
        [2, true]
      ] as const) {
        sent.push(`${i}/${qos}/${String(retain)}`)
        publisher.publish(`t/${i}`, sent.at(-1)!, { qos, retain })
      }
      broker.announce('$SYS/treetop/note', String(i))
    }
    const seen = (): string[] =>
      received.filter(({ topic }) => !topic.startsWith('$')).map(({ payload }) => payload)
    await vi.waitFor(() => expect(new Set(seen())).toEqual(new Set(sent)), WITHIN)
    // No message is delivered twice.
    expect(seen()).toHaveLength(sent.length)
  })

  it('keeps retained messages and wills', async () => {
    const publisher = await client({ clientId: 'p', ...protocol })
    await publisher.publishAsync('state', 'on', { qos: 1, retain: true })
    const will = { topic: 'will', payload: Buffer.from('gone'), qos: 1, retain: false } as const
    const doomed = await client({ clientId: 'doomed', will, ...protocol })
    const subscriber = await client({ clientId: 's', ...protocol })
    const received = inbox(subscriber)
    await subscriber.subscribeAsync('#', { qos: 1 })
    doomed.stream.destroy()
    await vi.waitFor(
      () => expect(received.map(({ topic, payload }) => [topic, payload])).toContainEqual(['will', 'gone']),
      WITHIN
    )
    expect(received[0]).toMatchObject({ topic: 'state', payload: 'on', retain: true })
  })

  it.each([1, 2] as const)(
    'queues each message for a kept session once and in order (QoS %i)',
    async (qos) => {
      const kept = {
        clientId: 'kept',
        clean: false,
        ...(version === 5 && { properties: { sessionExpiryInterval: 100 } }),
        ...protocol
      }
      const first = await client(kept)
      await first.subscribeAsync('q', { qos })
      await first.endAsync()
      const publisher = await client({ clientId: 'p', ...protocol })
      for (let i = 0; i < 20; i++) await publisher.publishAsync('q', String(i), { qos })
      // Listen before connecting: the queue arrives right after the CONNACK.
      const again = joined(kept)
      const received = inbox(again)
      await vi.waitFor(
        () => expect(received.map(({ payload }) => Number(payload))).toEqual([...Array(20).keys()]),
        WITHIN
      )
      // Acknowledged messages are not delivered again.
      await again.endAsync()
      const later = joined(kept)
      const repeated = inbox(later)
      await vi.waitFor(() => expect(later.connected).toBe(true), WITHIN)
      await publisher.publishAsync('q', 'last', { qos })
      await vi.waitFor(() => expect(repeated.map(({ payload }) => payload)).toEqual(['last']), WITHIN)
    }
  )
})

it('completes QoS 2 when a client answers a whole queue at once', async () => {
  const publisher = await client({ clientId: 'p', protocolVersion: 4 })
  const kept = async (): Promise<{
    packets: Packet[]
    write: (...packets: Packet[]) => void
    end: () => void
  }> => {
    const [near, far] = duplexPair()
    const packets: Packet[] = []
    const reader = parser({ protocolVersion: 4 })
    reader.on('packet', (packet) => packets.push(packet))
    near.on('data', (chunk: Buffer) => reader.parse(chunk))
    broker.accept(far)
    const write = (...sent: Packet[]): void =>
      void near.write(Buffer.concat(sent.map((packet) => generate(packet))))
    write({
      cmd: 'connect',
      clientId: 'kept',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clean: false,
      keepalive: 0
    })
    await vi.waitFor(() => expect(packets[0]?.cmd).toBe('connack'), WITHIN)
    return { packets, write, end: () => near.destroy() }
  }
  const idsOf = (packets: Packet[], cmd: string): (number | undefined)[] =>
    packets.filter((packet) => packet.cmd === cmd).map(({ messageId }) => messageId)

  const first = await kept()
  first.write({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'k/#', qos: 2 }] })
  await vi.waitFor(() => expect(idsOf(first.packets, 'suback')).toHaveLength(1), WITHIN)
  first.write({ cmd: 'disconnect' })
  await vi.waitFor(() => expect(clientIds()).toEqual(['p']), WITHIN)
  for (let i = 1; i <= 5; i++) await publisher.publishAsync(`k/${i}`, 'x', { qos: 2 })

  const second = await kept()
  await vi.waitFor(() => expect(idsOf(second.packets, 'publish')).toHaveLength(5), WITHIN)
  const ids = idsOf(second.packets, 'publish') as number[]
  second.write(...ids.map((messageId): Packet => ({ cmd: 'pubrec', messageId })))
  await vi.waitFor(() => expect(idsOf(second.packets, 'pubrel')).toEqual(ids), WITHIN)
  second.write(...ids.map((messageId): Packet => ({ cmd: 'pubcomp', messageId })), { cmd: 'pingreq' })
  await vi.waitFor(() => expect(idsOf(second.packets, 'pingresp')).toHaveLength(1), WITHIN)
  second.write({ cmd: 'disconnect' })
  await vi.waitFor(() => expect(clientIds()).toEqual(['p']), WITHIN)

  const third = await kept()
  third.write({ cmd: 'pingreq' })
  await vi.waitFor(() => expect(idsOf(third.packets, 'pingresp')).toHaveLength(1), WITHIN)
  expect(third.packets.map(({ cmd }) => cmd)).toEqual(['connack', 'pingresp'])
  third.end()
})

it.each([0, 1, 2] as const)(
  'delivers live and retained messages at no more than the granted QoS %i',
  async (granted) => {
    const publisher = await client({ clientId: 'p' })
    for (const qos of [0, 1, 2] as const)
      await publisher.publishAsync(`kept/${qos}`, 'x', { qos, retain: true })
    const subscriber = await client({ clientId: 's' })
    const received = inbox(subscriber)
    await subscriber.subscribeAsync('#', { qos: granted })
    await vi.waitFor(() => expect(received).toHaveLength(3), WITHIN)
    for (const qos of [0, 1, 2] as const) await publisher.publishAsync(`live/${qos}`, 'x', { qos })
    await vi.waitFor(() => expect(received).toHaveLength(6), WITHIN)
    for (const { topic, qos } of received)
      expect(`${topic} ${qos}`).toBe(`${topic} ${Math.min(granted, Number(topic.at(-1)))}`)
  }
)

it('sends $SYS messages only to clients that subscribed to them, retained or not', async () => {
  broker.announce('$SYS/broker/version', 'Treetop')
  const everything = await client({ clientId: 'all' })
  const received = inbox(everything)
  await everything.subscribeAsync('#', { qos: 1 })
  const system = await client({ clientId: 'system' })
  const asked = inbox(system)
  await system.subscribeAsync('$SYS/#', { qos: 1 })
  await vi.waitFor(() => expect(asked.map(({ topic }) => topic)).toContain('$SYS/broker/version'), WITHIN)
  expect(received).toEqual([])
})

it('does not forward the delay of a will', async () => {
  const subscriber = await client({ clientId: 's' })
  const properties: unknown[] = []
  subscriber.on('message', (_topic, _payload, packet) => properties.push(packet.properties))
  await subscriber.subscribeAsync('will', { qos: 1 })
  const will = {
    topic: 'will',
    payload: Buffer.from('x'),
    qos: 1,
    retain: false,
    properties: { willDelayInterval: 0, contentType: 'a' }
  } as const
  const doomed = await client({ clientId: 'doomed', will })
  doomed.stream.destroy()
  await vi.waitFor(() => expect(properties).toHaveLength(1), WITHIN)
  expect(properties[0]).toMatchObject({ contentType: 'a' })
  expect(properties[0]).not.toHaveProperty('willDelayInterval')
})

it('disconnects a client on demand, with a reason code for MQTT 5', async () => {
  const victim = await client({ clientId: 'victim' })
  const reasons: (number | undefined)[] = []
  victim.on('disconnect', ({ reasonCode }) => reasons.push(reasonCode))
  expect(broker.kick('victim')).toBe(true)
  await vi.waitFor(() => expect(reasons).toEqual([0x98]), WITHIN)
  expect(broker.kick('victim')).toBe(false)
})

it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])(
  'accepts %s as a client id, a topic and a filter',
  async (name) => {
    const subscriber = await client({ clientId: name })
    const received = inbox(subscriber)
    await subscriber.subscribeAsync('+', { qos: 2 })
    await subscriber.subscribeAsync(name, { qos: 2 })
    const publisher = await client({ clientId: 'p' })
    await publisher.publishAsync(name, 'x', { qos: 2 })
    await vi.waitFor(() => expect(received.at(0)).toMatchObject({ topic: name, qos: 2 }), WITHIN)
    expect(clientIds().sort()).toEqual([name, 'p'].sort())
  }
)

it('delivers a payload of 10 MB', async () => {
  const subscriber = await client({ clientId: 's' })
  const sizes: number[] = []
  subscriber.on('message', (_topic, payload) => sizes.push(payload.length))
  await subscriber.subscribeAsync('big', { qos: 1 })
  await (await client({ clientId: 'p' })).publishAsync('big', Buffer.alloc(10_000_000), { qos: 1 })
  await vi.waitFor(() => expect(sizes).toEqual([10_000_000]), WITHIN)
})

it.each([
  ['nothing that is MQTT', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
  ['a reserved packet type', Buffer.from([0xf0, 0x00])],
  ['a CONNECT that is cut short', Buffer.from([0x10, 0x05, 0, 4, 77])],
  ['a length that never ends', Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff, 0xff])],
  [
    'a PUBLISH without a CONNECT',
    generate({ cmd: 'publish', topic: 't', payload: 'x', qos: 0, retain: false, dup: false })
  ],
  ['noise', Buffer.from(Array.from({ length: 2_000 }, (_, i) => (i * 7919) % 251))]
])('survives %s', async (_name, bytes) => {
  const [near, far] = duplexPair()
  near.on('error', () => undefined)
  broker.accept(far)
  near.write(bytes)
  near.end()
  const subscriber = await client({ clientId: 's' })
  const received = inbox(subscriber)
  await subscriber.subscribeAsync('t')
  await (await client({ clientId: 'p' })).publishAsync('t', 'still here', { qos: 1 })
  await vi.waitFor(() => expect(received.at(-1)?.payload).toBe('still here'), WITHIN)
})
