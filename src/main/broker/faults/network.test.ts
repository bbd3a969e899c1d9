import { once } from 'node:events'
import { connect as connectTcp, createServer, type Socket } from 'node:net'
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt'
import { expect, it, onTestFinished, vi } from 'vitest'
import { FaultSpec, type ActiveFault } from '../../../shared/contract/faults'
import { Broker } from '../core/broker'
import { systemClock } from '../core/clock'
import { listen, type OpenListener } from '../listeners/listen'
import { Faults } from './faults'

const WITHIN = { timeout: 20_000, interval: 10 }

/** A broker on real ports, whose network can be made bad. Everything ends with the test. */
async function setup(...kinds: ('tcp' | 'ws')[]) {
  const broker = new Broker()
  const listeners: OpenListener[] = []
  for (const kind of kinds) listeners.push(await listen(broker, { kind, host: '127.0.0.1', port: 0 }))
  let news: ActiveFault[] = []
  const faults = new Faults(
    broker,
    systemClock,
    () => listeners,
    (changed) => void (news = changed)
  )
  onTestFinished(async () => {
    faults.stop()
    broker.close()
    await Promise.all(listeners.map((each) => each.close()))
  })
  return {
    broker,
    faults,
    listeners,
    news: () => news,
    fault: (spec: { kind: FaultSpec['kind'] } & Record<string, unknown>) =>
      faults.add(FaultSpec.parse({ seconds: 60, ...spec })).id,
    /** An MQTT.js client that comes back by itself. */
    async client(options: IClientOptions = {}, at = 0): Promise<MqttClient> {
      const scheme = kinds[at] === 'ws' ? 'ws' : 'mqtt'
      const client = mqtt.connect(`${scheme}://127.0.0.1:${listeners[at]!.port}`, {
        reconnectPeriod: 20,
        reconnectOnConnackError: true,
        connectTimeout: 300,
        protocolVersion: 5,
        properties: { sessionExpiryInterval: 600 },
        clean: false,
        clientId: `client-${at}`,
        ...options
      })
      client.on('error', () => undefined)
      onTestFinished(() => void client.end(true))
      await event(client, 'connect')
      return client
    }
  }
}

/** Resolves at the next event of this name. */
function event(of: MqttClient | Socket, name: 'connect' | 'close'): Promise<void> {
  return new Promise((resolve) => (of as MqttClient).once(name, () => resolve()))
}

/** Collects what a client is sent. */
function inboxOf(client: MqttClient): { payload: string; dup: boolean }[] {
  const inbox: { payload: string; dup: boolean }[] = []
  client.on('message', (_topic, payload, { dup }) => inbox.push({ payload: String(payload), dup }))
  return inbox
}

it.each([4, 5] as const)(
  'is survived by MQTT.js at QoS 1 and 2, fault after fault (MQTT version %i)',
  async (protocolVersion) => {
    const net = await setup('tcp')
    const subscriber = await net.client({ protocolVersion, clientId: 'subscriber' })
    await subscriber.subscribeAsync('t/#', { qos: 2 })
    const inbox = inboxOf(subscriber)
    const publisher = await net.client({ protocolVersion, clientId: 'publisher', keepalive: 1 })
    const specs: Parameters<typeof net.fault>[0][] = [
      { kind: 'latency', delay: 30, jitter: 30 },
      { kind: 'loss', packets: 'publish', times: 1 },
      { kind: 'loss', packets: 'acknowledgement', times: 1 },
      { kind: 'loss', packets: 'any', times: 2, scope: { clientId: 'publisher' } },
      { kind: 'duplicate' },
      { kind: 'withhold', times: 1 },
      { kind: 'disconnect', rate: { by: 'count', every: 6 }, times: 3 },
      { kind: 'slowReading', bytesPerSecond: 1_000 },
      { kind: 'connack', returnCode: 3, reasonCode: 0x88, times: 2 }
    ]
    for (const [index, spec] of specs.entries()) {
      const id = net.fault(spec)
      // Only a new connection is refused.
      if (spec.kind === 'connack') net.faults.disconnect({ clientId: 'publisher', listener: null })
      const done = Promise.all(
        ([1, 2] as const).map((qos) => publisher.publishAsync(`t/${qos}`, `${index} ${qos}`, { qos }))
      )
      await vi.waitFor(() => {
        const fault = net.faults.list().find((each) => each.id === id)
        // It did something, or as much as it should.
        expect(fault?.count ?? 1).toBeGreaterThan(0)
      }, WITHIN)
      // What was lost is sent again in a new connection only.
      if (spec.kind === 'loss' || spec.kind === 'withhold') {
        await new Promise(setImmediate)
        net.faults.disconnect({ clientId: null, listener: null })
      }
      await done
      net.faults.clear()
      await vi.waitFor(() => {
        const payloads = inbox.map(({ payload }) => payload)
        for (const qos of [1, 2]) expect(payloads).toContain(`${index} ${qos}`)
      }, WITHIN)
    }
    await publisher.publishAsync('t/last', 'last', { qos: 2 })
    await vi.waitFor(() => expect(inbox.at(-1)).toMatchObject({ payload: 'last' }), WITHIN)
    // QoS 2: exactly once, whatever happened. QoS 1: in between, twice.
    const exactlyOnce = inbox.filter(({ payload }) => payload.endsWith(' 2')).map(({ payload }) => payload)
    expect(exactlyOnce).toEqual([...new Set(exactlyOnce)])
    expect(exactlyOnce).toHaveLength(specs.length)
    const index = specs.findIndex(({ kind }) => kind === 'duplicate')
    expect(inbox.filter(({ payload }) => payload === `${index} 1`)).toMatchObject([
      { dup: false },
      { dup: true }
    ])
    for (const { link } of net.broker.openConnections) expect(link).toBeUndefined()
  }
)

it('refuses subscriptions and messages, which MQTT.js reports', async () => {
  const net = await setup('tcp')
  const client = await net.client()
  net.fault({ kind: 'suback', reasonCode: 0x87 })
  await expect(client.subscribeAsync('t', { qos: 1 })).rejects.toThrow('Not authorized')
  net.fault({ kind: 'quota' })
  await expect(client.publishAsync('t', 'x', { qos: 1 })).rejects.toMatchObject({ code: 0x97 })
  net.faults.clear()
  await client.subscribeAsync('t', { qos: 1 })
  const inbox = inboxOf(client)
  net.fault({ kind: 'queueFull', times: 1 })
  for (const payload of ['dropped', 'kept']) await client.publishAsync('t', payload, { qos: 1 })
  await vi.waitFor(() => expect(inbox).toEqual([{ payload: 'kept', dup: false }]), WITHIN)
})

it('is away: cuts connections, takes none, and is back by itself', async () => {
  const net = await setup('tcp', 'ws')
  const clients = [await net.client({}, 0), await net.client({}, 1)]
  const silent = connectTcp(net.listeners[0]!.port, '127.0.0.1')
  await once(silent, 'connect')
  silent.on('error', () => undefined)
  const closed = [...clients, silent].map((each) => event(each, 'close'))
  net.fault({ kind: 'away', seconds: 4 })
  await Promise.all(closed)
  expect(net.broker.openConnections.size).toBe(0)
  for (const { port } of net.listeners) {
    const refused = connectTcp(port, '127.0.0.1')
    const [error] = (await once(refused, 'error')) as [NodeJS.ErrnoException]
    expect(error.code).toBe('ECONNREFUSED')
  }
  expect(net.faults.list()).toMatchObject([{ spec: { kind: 'away' }, count: 3 }])
  await vi.waitFor(() => expect(clients.map(({ connected }) => connected)).toEqual([true, true]), WITHIN)
  await vi.waitFor(() => expect(net.news()).toEqual([]), WITHIN)
  // The same again, and both listeners close in the end.
  net.fault({ kind: 'away', scope: { listener: net.listeners[1]!.port } })
  await event(clients[1]!, 'close')
  expect(clients[0]!.connected).toBe(true)
})

it('says why it cannot come back, and comes back when it can', async () => {
  const net = await setup('tcp')
  const { port } = net.listeners[0]!
  const id = net.fault({ kind: 'away' })
  const other = createServer()
  await vi.waitFor(async () => {
    other.listen(port, '127.0.0.1')
    await once(other, 'listening')
  }, WITHIN)
  net.faults.remove(id)
  await vi.waitFor(
    () =>
      expect(net.news()).toMatchObject([
        { id, problem: { code: 'PORT_IN_USE', details: { host: '127.0.0.1', port } } }
      ]),
    WITHIN
  )
  other.close()
  await vi.waitFor(() => expect(net.news()).toEqual([]), WITHIN)
  await net.client()
})
