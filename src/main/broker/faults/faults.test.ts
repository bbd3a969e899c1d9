import { expect, it } from 'vitest'
import type { FaultSpec } from '../../../shared/contract/faults'
import { isAppError } from '../../../shared/errors'
import { publishPacket } from '../core/packets.fixture'
import { FaultyNetwork, settled } from './faults.fixture'

const everyKind: ({ kind: FaultSpec['kind'] } & Record<string, unknown>)[] = [
  { kind: 'latency', delay: 5_000 },
  { kind: 'loss' },
  { kind: 'duplicate' },
  { kind: 'withhold' },
  { kind: 'disconnect' },
  { kind: 'slowReading', bytesPerSecond: 1 },
  { kind: 'connack', returnCode: 5, reasonCode: 0x87 },
  { kind: 'suback' },
  { kind: 'queueFull' },
  { kind: 'quota' },
  { kind: 'away' }
]

/** Which hooks the broker has for faults, and whether connections have links. */
function traces({ broker }: FaultyNetwork): unknown {
  const { connect, publish, subscribe, full } = broker.hooks
  const links = [...broker.openConnections].map(({ link }) => link)
  return [broker.linker, connect, publish, subscribe, full, ...links].filter(Boolean).length
}

it('leaves no hook and no link in the broker while no fault is on', async () => {
  const net = new FaultyNetwork()
  await net.pair(5)
  expect(traces(net)).toBe(0)
  for (const spec of everyKind) {
    const id = net.fault(spec)
    if (spec.kind === 'away') await net.pair(5)
    else expect(traces(net)).toBeGreaterThan(0)
    net.faults.remove(id)
    expect(traces(net)).toBe(0)
  }
})

it("leaves Treetop's own connection alone", async () => {
  const net = new FaultyNetwork()
  for (const spec of everyKind) net.fault(spec)
  const observer = net.open(5, true)
  await observer.connect({ clientId: 'treetop' })
  for (const spec of everyKind)
    net.fault({ ...spec, ...(spec.kind !== 'away' && { scope: { clientId: 'treetop' } }) })
  expect(await observer.subscribe('#', { qos: 2 })).toMatchObject({ granted: [2] })
  for (const qos of [0, 1, 2] as const) {
    await observer.publish('t', `${qos}`, { qos })
    expect(await observer.receive()).toMatchObject({ qos, dup: false })
  }
  expect(net.faults.disconnect({ clientId: null, listener: null })).toBe(0)
  expect(await observer.sync()).toEqual([])
  expect(net.told).toEqual([])
})

it("leaves Treetop's own session alone while its connection is away", async () => {
  const net = new FaultyNetwork()
  const { publisher } = await net.pair(5)
  const observer = net.open(5, true)
  const session = { clientId: 'treetop', clean: false, properties: { sessionExpiryInterval: 100 } }
  const will = { topic: 'will', payload: Buffer.from('x'), qos: 1 as const, retain: false }
  await observer.connect({ ...session, will })
  await observer.subscribe('#', { qos: 1 })
  net.fault({ kind: 'queueFull' })
  net.fault({ kind: 'quota', scope: { clientId: 'treetop' } })
  await observer.cut()
  await publisher.publish('t', 'x', { qos: 1 })
  const queued = net.broker.sessions.find('treetop')!.queue?.waitingCount
  // The will and the message.
  expect(queued).toBe(2)
})

it('ends a fault after its time', async () => {
  const net = new FaultyNetwork()
  const { publisher } = await net.pair(5)
  net.fault({ kind: 'loss', packets: 'publish', seconds: 10 })
  const now = net.clock.now()
  expect(net.faults.list()).toMatchObject([{ since: now, until: now + 10_000, count: 0, problem: null }])
  net.clock.advance(9_999)
  await publisher.publish('t')
  expect(net.broker.traffic.messagesReceived).toBe(0)
  net.clock.advance(1)
  expect(net.faults.list()).toEqual([])
  expect(net.news).toEqual([])
  await publisher.publish('t')
  expect(net.broker.traffic.messagesReceived).toBe(1)
})

it('lets go at once what is late when the time of its fault is over', async () => {
  const net = new FaultyNetwork()
  const { publisher } = await net.pair(5)
  net.fault({ kind: 'latency', delay: 60_000, direction: 'in', seconds: 1 })
  publisher.send(publishPacket('t'))
  await settled()
  net.clock.advance(1_000)
  await settled()
  expect(net.broker.traffic.messagesReceived).toBe(1)
})

it('remembers what the last faults did, to whom, and how they ended', async () => {
  const net = new FaultyNetwork()
  const { publisher, subscriber } = await net.pair(5)
  const lost = net.fault({ kind: 'loss', packets: 'publish', times: 2 })
  for (const client of [publisher, subscriber, publisher]) await client.publish('t')
  await settled()
  const cut = net.fault({ kind: 'duplicate', seconds: 3 })
  net.clock.advance(3_000)
  const off = net.fault({ kind: 'quota' })
  net.faults.remove(off)
  expect(net.faults.ended()).toMatchObject([
    { id: off, end: 'stopped', count: 0, clients: [] },
    { id: cut, end: 'time', count: 0, endedAt: net.clock.now() },
    { id: lost, end: 'times', count: 2, clients: ['subscriber', 'publisher'], spec: { kind: 'loss' } }
  ])
  for (let times = 0; times < 25; times++) net.faults.remove(net.fault({ kind: 'quota' }))
  expect(net.faults.ended()).toHaveLength(20)
})

it('removes one fault or all, and says which does not exist', async () => {
  const net = new FaultyNetwork()
  const ids = [1, 2, 3].map(() => net.fault({ kind: 'loss' }))
  net.faults.remove(ids[1]!)
  expect(net.faults.list().map(({ id }) => id)).toEqual([ids[0], ids[2]])
  net.faults.clear()
  expect(net.faults.list()).toEqual([])
  const error = await Promise.resolve()
    .then(() => net.faults.remove(ids[0]!))
    .catch((caught: unknown) => caught)
  expect(isAppError(error, 'NOT_FOUND')).toBe(true)
})

it('is for one listener', async () => {
  const net = new FaultyNetwork([{ port: 1883, setAway: () => Promise.resolve() }])
  net.fault({ kind: 'connack', reasonCode: 0x88, scope: { listener: 1883 } })
  const [through, past] = [net.open(5, false, 1883), net.open(5, false, 1884)]
  expect(await through.connect()).toMatchObject({ reasonCode: 0x88 })
  expect(await past.connect()).toMatchObject({ reasonCode: 0 })
  expect(() => net.fault({ kind: 'loss', scope: { listener: 1884 } })).toThrow(
    expect.objectContaining({
      code: 'INVALID_INPUT',
      details: { issues: [{ path: 'scope.listener', fault: 'LISTENER_UNKNOWN' }] }
    }) as Error
  )
})

it('tells of changes at once, and of counts once a second', async () => {
  const net = new FaultyNetwork()
  const { publisher } = await net.pair(5)
  const id = net.fault({ kind: 'loss', packets: 'publish' })
  expect(net.newsCount).toBe(1)
  for (let i = 0; i < 10; i++) await publisher.publish('t')
  expect([net.newsCount, net.news[0]!.count]).toEqual([1, 0])
  net.clock.advance(1_000)
  expect([net.newsCount, net.news[0]!.count]).toEqual([2, 10])
  net.clock.advance(10_000)
  expect(net.newsCount).toBe(2)
  net.faults.remove(id)
  expect([net.newsCount, net.news]).toEqual([3, []])
})

it('tells what each fault did to which packet', async () => {
  const net = new FaultyNetwork()
  const { publisher } = await net.pair(4)
  const id = net.fault({ kind: 'loss', times: 1 })
  publisher.send(publishPacket('t', 'x'))
  await settled()
  expect(net.told).toEqual([
    {
      id,
      clientId: 'publisher',
      packet: '300400017478',
      effect: { kind: 'loss', direction: 'in', delay: null, topic: 't' }
    }
  ])
})

/** Which of 200 messages of a client get through a network that loses 30 % of all packets. */
async function survivors(seed: number, clientId: string, others: number): Promise<string> {
  const net = new FaultyNetwork()
  const client = await net.connect(5, { clientId })
  const noise = await Promise.all(Array.from({ length: others }, () => net.connect(5)))
  const observer = net.open(5, true)
  await observer.connect()
  await observer.subscribe('seen')
  net.fault({ kind: 'loss', rate: { by: 'chance', chance: 0.3 }, seed })
  for (let i = 0; i < 200; i++) {
    for (const other of noise) other.send(publishPacket('noise'))
    client.send(publishPacket('seen', String(i)))
  }
  await settled()
  return (await observer.messages()).map(({ payload }) => String(payload)).join(' ')
}

it('decides the same for the same seed and the same packets of a client', async () => {
  const first = await survivors(1, 'a', 0)
  expect(first.split(' ').length).toBeGreaterThan(110)
  expect(first.split(' ').length).toBeLessThan(170)
  expect(await survivors(1, 'a', 3)).toBe(first)
  expect(await survivors(2, 'a', 0)).not.toBe(first)
  expect(await survivors(1, 'b', 0)).not.toBe(first)
})

it('goes on with the sequence of a client that connects again', async () => {
  const net = new FaultyNetwork()
  net.fault({ kind: 'loss', packets: 'publish', rate: { by: 'count', every: 3 } })
  for (let times = 0; times < 3; times++) {
    const client = await net.connect(5, { clientId: 'c' })
    await client.publish('t')
    await client.disconnect()
  }
  expect(net.broker.traffic.messagesReceived).toBe(2)
})

it('ends all when the broker stops', async () => {
  const net = new FaultyNetwork()
  await net.pair(5)
  for (const spec of everyKind) net.fault(spec)
  net.faults.stop()
  net.close()
  expect(net.faults.list()).toEqual([])
  expect(net.broker.openConnections.size).toBe(0)
})
