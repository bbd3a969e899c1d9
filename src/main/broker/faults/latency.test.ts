import { expect, it } from 'vitest'
import { publishPacket } from '../core/packets.fixture'
import { FaultyNetwork, settled } from './faults.fixture'

it.each([4, 5] as const)('delays packets in both directions (MQTT version %i)', async (version) => {
  const net = new FaultyNetwork()
  const { publisher, subscriber } = await net.pair(version)
  const id = net.fault({ kind: 'latency', delay: 100, scope: { filter: 'slow/#' } })
  for (const qos of [0, 1, 2] as const)
    publisher.send(publishPacket('slow/a', `${qos}`, { qos, ...(qos > 0 && { messageId: qos }) }))
  await settled()
  net.clock.advance(99)
  await settled()
  expect(net.broker.traffic.messagesReceived).toBe(0)
  net.clock.advance(1)
  await settled()
  expect(net.broker.traffic.messagesReceived).toBe(3)
  net.clock.advance(99)
  await settled()
  expect([...publisher.take(), ...subscriber.take()]).toEqual([])
  net.clock.advance(1)
  await settled()
  expect(publisher.take().map(({ cmd }) => cmd)).toEqual(['puback', 'pubrec'])
  expect(subscriber.take()).toMatchObject([{ qos: 0 }, { qos: 1 }, { qos: 2 }])
  expect(net.struck(id)).toBe(8)
})

it('delays each packet from its own time on', async () => {
  const net = new FaultyNetwork()
  const client = await net.connect(5, { clientId: 'c' })
  net.fault({ kind: 'latency', delay: 100, direction: 'in' })
  for (let sent = 1; sent <= 3; sent++) {
    client.send(publishPacket('t'))
    await settled()
    net.clock.advance(40)
  }
  const received: number[] = []
  for (let step = 0; step < 3; step++) {
    await settled()
    received.push(net.broker.traffic.messagesReceived)
    net.clock.advance(40)
  }
  expect(received).toEqual([1, 2, 3])
})

it('keeps the order: what is behind a late packet waits for it', async () => {
  const net = new FaultyNetwork()
  const { publisher, subscriber } = await net.pair(5)
  net.fault({ kind: 'latency', delay: 500, direction: 'in', scope: { filter: 'slow' } })
  publisher.send(publishPacket('first'), publishPacket('slow'), publishPacket('last'), { cmd: 'pingreq' })
  expect(await subscriber.next('publish')).toMatchObject({ topic: 'first' })
  await settled()
  expect(net.broker.traffic.messagesReceived).toBe(1)
  net.clock.advance(500)
  await publisher.next('pingresp')
  expect((await subscriber.messages()).map(({ topic }) => topic)).toEqual(['slow', 'last'])
})

it.each(['in', 'out'] as const)('loses and reorders nothing when it is removed (%s)', async (direction) => {
  const net = new FaultyNetwork()
  const { publisher, subscriber } = await net.pair(5)
  const id = net.fault({ kind: 'latency', delay: 10_000, jitter: 9_000, direction, seed: 7 })
  const sent = Array.from({ length: 300 }, (_, index) => String(index))
  for (const [index, payload] of sent.entries()) {
    publisher.send(publishPacket('t', payload, { qos: 0 }))
    if (index === 200) {
      await settled()
      net.clock.advance(3_000)
    }
  }
  await settled()
  net.faults.remove(id)
  for (const payload of ['300', '301']) publisher.send(publishPacket('t', payload))
  await publisher.sync()
  const got = (await subscriber.messages()).map(({ payload }) => String(payload))
  expect(got).toEqual([...sent, '300', '301'])
})

it('ends a connection only after its late packets', async () => {
  const net = new FaultyNetwork()
  const { publisher, subscriber } = await net.pair(4)
  net.fault({ kind: 'latency', delay: 1_000, scope: { clientId: 'publisher' }, direction: 'in' })
  publisher.send(publishPacket('t', 'last words'), { cmd: 'disconnect' })
  await publisher.cut()
  expect(net.broker.clientCount).toBe(2)
  net.clock.advance(1_000)
  expect(await subscriber.next('publish')).toMatchObject({ payload: Buffer.from('last words') })
  expect(net.broker.clientCount).toBe(1)
})

it('sends what is late when the broker ends the connection', async () => {
  const net = new FaultyNetwork()
  const client = await net.connect(5, { clientId: 'c' })
  net.fault({ kind: 'latency', delay: 1_000, direction: 'out' })
  client.send({ cmd: 'pingreq' })
  await settled()
  net.broker.kick('c')
  expect((await client.closed()).map(({ cmd }) => cmd)).toEqual(['pingresp', 'disconnect'])
})

it('refuses a malformed packet behind late ones after them', async () => {
  const net = new FaultyNetwork()
  const { publisher, subscriber } = await net.pair(5)
  net.fault({ kind: 'latency', delay: 1_000, scope: { filter: 't' }, direction: 'in' })
  publisher.send(publishPacket('t', 'x'))
  publisher.write('36 00')
  publisher.send(publishPacket('t', 'never'))
  await settled()
  expect(publisher.isClosed).toBe(false)
  net.clock.advance(1_000)
  expect(await publisher.closed()).toMatchObject([{ cmd: 'disconnect', reasonCode: 0x81 }])
  expect((await subscriber.messages()).map(({ payload }) => String(payload))).toEqual(['x'])
})

it('takes the longest of several delays, and none beyond its jitter', async () => {
  const net = new FaultyNetwork()
  const client = await net.connect(5, { clientId: 'c' })
  const short = net.fault({ kind: 'latency', delay: 100, direction: 'in' })
  const long = net.fault({ kind: 'latency', delay: 200, jitter: 50, direction: 'in' })
  for (let i = 0; i < 50; i++) client.send(publishPacket('t'))
  await settled()
  expect([net.struck(short), net.struck(long)]).toEqual([0, 50])
  const delays = net.told.map(({ effect }) => effect.delay!)
  expect(Math.min(...delays)).toBeGreaterThanOrEqual(150)
  expect(Math.max(...delays)).toBeLessThanOrEqual(250)
  expect(new Set(delays).size).toBeGreaterThan(20)
})

it('delays as many packets as it should, also when it has ended after them', async () => {
  const net = new FaultyNetwork()
  const client = await net.connect(5, { clientId: 'c' })
  net.fault({ kind: 'latency', delay: 400, direction: 'in', times: 1 })
  client.send({ cmd: 'pingreq' })
  await settled()
  expect(net.faults.list()).toEqual([])
  client.send({ cmd: 'pingreq' })
  await settled()
  net.clock.advance(399)
  await settled()
  const [connection] = net.broker.openConnections
  expect(connection!.link).toBeDefined()
  net.clock.advance(1)
  await client.next('pingresp')
  await client.next('pingresp')
  expect(connection!.link).toBeUndefined()
})

it('stops reading a client of which too much is late', async () => {
  const net = new FaultyNetwork()
  const client = await net.connect(5, { clientId: 'c' })
  net.fault({ kind: 'latency', delay: 1_000, direction: 'in', scope: { filter: 't' } })
  const [connection] = net.broker.openConnections
  for (let i = 0; i < 30; i++) client.send(publishPacket('t', Buffer.alloc(100_000)))
  await settled()
  expect(connection!.stream.isPaused()).toBe(true)
  for (let i = 0; i < 4; i++) {
    net.clock.advance(1_000)
    await settled()
  }
  expect(connection!.stream.isPaused()).toBe(false)
  expect(net.broker.traffic.messagesReceived).toBe(30)
})

it('counts late packets as waiting for the client, and goes on sending when they have left', async () => {
  const net = new FaultyNetwork()
  const { publisher, subscriber } = await net.pair(5)
  net.fault({ kind: 'latency', delay: 1_000, direction: 'out', scope: { clientId: 'subscriber' } })
  for (let i = 1; i <= 30; i++)
    publisher.send(publishPacket('t', Buffer.alloc(100_000), { qos: 1, messageId: i }))
  await settled()
  // A megabyte is on its way, the rest waits in the session or is not read.
  const { outgoing } = net.broker.sessions.find('subscriber')!
  expect(outgoing.inFlightCount).toBe(10)
  expect(outgoing.waitingCount).toBeGreaterThan(0)
  const got: number[] = []
  for (let i = 1; i <= 5; i++) {
    net.clock.advance(1_000)
    await settled()
    // Not acknowledged: only the packets' leaving makes room.
    got.push(...subscriber.take().map(({ messageId }) => messageId!))
  }
  expect(got).toEqual(Array.from({ length: 30 }, (_, index) => index + 1))
})

it('makes room by small packets, too', async () => {
  const net = new FaultyNetwork()
  const { publisher, subscriber } = await net.pair(5)
  net.fault({ kind: 'latency', delay: 1_500, direction: 'out', scope: { clientId: 'subscriber' } })
  // So little leaves at once that the stream never says that it has drained.
  const pass = async (): Promise<void> => {
    await settled()
    net.clock.advance(10)
  }
  for (let messageId = 1; messageId <= 120; messageId++) {
    publisher.send(publishPacket('t', Buffer.alloc(10_000), { qos: 1, messageId }))
    await pass()
  }
  expect(net.broker.sessions.find('subscriber')!.outgoing.waitingCount).toBeGreaterThan(0)
  for (let step = 0; step < 400; step++) await pass()
  expect(subscriber.take()).toHaveLength(120)
})
