import { expect, it, onTestFinished } from 'vitest'
import { TestNetwork } from './fixture'
import type { Limits } from './limits'
import { publishPacket } from './packets.fixture'

const KEPT = { clean: false, properties: { sessionExpiryInterval: 3_600 } }

function network(limits: Partial<Limits>): TestNetwork {
  const net = new TestNetwork({ limits })
  onTestFinished(() => net.close())
  return net
}

it('takes topics and filters up to its number of levels, and ends a client beyond it', async () => {
  const net = network({ topicLevels: 3 })
  const subscriber = await net.connect(5)
  await subscriber.subscribe('a/+/#', { qos: 1 })
  const publisher = await net.connect(5)
  await publisher.publish('a/b/c', 'x', { qos: 1 })
  expect(await subscriber.messages()).toMatchObject([{ topic: 'a/b/c' }])
  publisher.send(publishPacket('a/b//', 'x'))
  expect(await publisher.closed()).toMatchObject([
    { reasonCode: 0x90, properties: { reasonString: '"a/b//…" has 4 levels, and this broker takes 3.' } }
  ])
  subscriber.send({ cmd: 'subscribe', messageId: 9, subscriptions: [{ topic: '+/+/+/+', qos: 0 }] })
  expect(await subscriber.closed()).toMatchObject([{ reasonCode: 0x8f }])
  const will = { topic: '////', payload: Buffer.from('x'), qos: 0 as const, retain: false }
  expect(await net.open(5).connect({ will })).toMatchObject({ reasonCode: 0x90 })
  expect(net.broker.refusals.map(({ reasonCode }) => reasonCode)).toEqual([0x90, 0x8f, 0x90])
})

it('retains no more bytes than it may, and says so in PUBACK', async () => {
  const net = network({ retainedBytes: 2_000 })
  const client = await net.connect(5)
  const retain = async (topic: string, bytes: number, qos: 1 | 2 = 1) => {
    client.send(publishPacket(topic, Buffer.alloc(bytes, 'x'), { qos, retain: true, messageId: 7 }))
    return client.next(qos === 1 ? 'puback' : 'pubrec')
  }
  expect(await retain('a', 1_500)).toMatchObject({ reasonCode: 0x10 })
  expect(await retain('b', 1_000)).toMatchObject({
    reasonCode: 0x97,
    properties: { reasonString: expect.stringContaining('retained messages') as string }
  })
  expect(await retain('b', 1_000, 2)).toMatchObject({ reasonCode: 0x97 })
  // In place of the former one there is room.
  expect(await retain('a', 1_600)).toMatchObject({ reasonCode: 0x10 })
  expect(await retain('a', 0)).toMatchObject({ reasonCode: 0x10 })
  expect(await retain('b', 1_000)).toMatchObject({ reasonCode: 0x10 })
  expect([...net.broker.retained.all()].map(({ topic }) => topic)).toEqual(['b'])
  expect(net.broker.traffic.drops.refused).toBe(2)
})

it('publishes a will that it cannot retain', async () => {
  const net = network({ retainedBytes: 2_000 })
  const subscriber = await net.connect(5)
  await subscriber.subscribe('#')
  const will = { topic: 'w', payload: Buffer.alloc(3_000), qos: 0 as const, retain: true }
  const client = await net.connect(5, { will })
  await client.cut()
  expect(await subscriber.messages()).toMatchObject([{ topic: 'w' }])
  expect(net.broker.retained.count).toBe(0)
})

it('leaves out the Reason String for a client that does not want one [MQTT-3.1.2-29], or does not take it [MQTT-3.4.2-2]', async () => {
  const net = network({ retainedBytes: 1_000 })
  for (const properties of [{ requestProblemInformation: false }, { maximumPacketSize: 40 }]) {
    const client = await net.connect(5, { properties })
    client.send(publishPacket('b', Buffer.alloc(2_000), { qos: 1, retain: true, messageId: 7 }))
    const answer = await client.next('puback')
    expect(answer).toMatchObject({ reasonCode: 0x97 })
    expect(answer.properties?.reasonString).toBeUndefined()
  }
})

it('says in SUBACK why a subscription was refused', async () => {
  const net = network({})
  net.broker.hooks.add({ subscribe: (_client, filter, { qos }) => (filter === 'secret' ? 0x87 : qos) })
  const client = await net.connect(5)
  client.send({
    cmd: 'subscribe',
    messageId: 3,
    subscriptions: ['open', 'secret'].map((topic) => ({ topic, qos: 1 as const }))
  })
  expect(await client.next('suback')).toMatchObject({
    granted: [1, 0x87],
    properties: { reasonString: expect.stringContaining('rules') as string }
  })
})

it('has no more sessions than it may, and lets known clients in', async () => {
  const net = network({ sessions: 2 })
  for (const clientId of ['a', 'b']) await (await net.connect(5, { ...KEPT, clientId })).disconnect()
  expect(await net.open(5).connect({ ...KEPT, clientId: 'c' })).toMatchObject({
    reasonCode: 0x97,
    properties: { reasonString: 'The broker has 2 sessions, its limit.' }
  })
  expect((await net.connect(5, { ...KEPT, clientId: 'a' })).connack).toMatchObject({ sessionPresent: true })
})

it('keeps no more bytes for 10,000 absent clients than it may: the oldest go', async () => {
  const net = network({ allQueuedBytes: 5_000_000, sessions: 10_001 })
  for (let id = 0; id < 10_000; id++) {
    const client = await net.connect(5, { ...KEPT, clientId: `absent-${id}` })
    await client.subscribe('all', { qos: 1 })
    await client.disconnect()
  }
  const publisher = await net.connect(5)
  for (let round = 0; round < 10; round++)
    await publisher.publish('all', Buffer.alloc(1_000, 'x'), { qos: 1 })
  const { backlog, traffic } = net.broker
  expect(backlog.waitingBytes).toBeLessThanOrEqual(5_000_000)
  expect(backlog.waitingBytes).toBeGreaterThan(4_000_000)
  expect(backlog.waiting + traffic.drops['queue full']).toBe(100_000)
})

it('takes no CONNECT of more than a megabyte, whatever its user properties', async () => {
  const net = network({})
  const client = net.open(5)
  const userProperties = { long: Array.from({ length: 20 }, () => 'x'.repeat(60_000)) }
  client.send({
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 5,
    clean: true,
    keepalive: 0,
    clientId: 'c',
    properties: { userProperties }
  })
  await client.closed()
  expect(net.broker.refusals).toMatchObject([{ reasonCode: 0x95 }])
  const other = await net.connect(5)
  await other.publish('large', Buffer.alloc(2_000_000), { qos: 1 })
})
