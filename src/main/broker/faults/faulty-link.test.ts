import { expect, it } from 'vitest'
import type { TestClient } from '../core/fixture'
import { acknowledgement, publishPacket, type Received } from '../core/packets.fixture'
import { FaultyNetwork, settled } from './faults.fixture'

const versions = [4, 5] as const

/** Sends messages, one at each QoS, with packet identifiers 1 and 2. */
function publishAtEachQos(client: TestClient, topic: string): void {
  for (const qos of [0, 1, 2] as const)
    client.send(publishPacket(topic, `${qos}`, { qos, ...(qos > 0 && { messageId: qos }) }))
}

/** What came, shortly. */
function shortly(packets: Received[]): string[] {
  return packets.map((packet) =>
    packet.cmd === 'publish'
      ? `publish ${String(packet.payload)} qos${packet.qos} dup${Number(packet.dup)} id${packet.messageId ?? 0}`
      : `${packet.cmd} ${packet.messageId ?? ''}`.trim()
  )
}

it.each(versions)('loses messages before they are handled (MQTT version %i)', async (version) => {
  const net = new FaultyNetwork()
  const { publisher, subscriber } = await net.pair(version)
  const id = net.fault({ kind: 'loss', packets: 'publish', scope: { filter: 'lost' } })
  publishAtEachQos(publisher, 'lost')
  await settled()
  expect([...publisher.take(), ...subscriber.take()]).toEqual([])
  expect(net.broker.traffic.messagesReceived).toBe(0)
  expect(net.struck(id)).toBe(3)
  // As if it had never come: what is sent again is handled once.
  net.faults.clear()
  publisher.send(publishPacket('lost', '2', { qos: 2, messageId: 2, dup: true }))
  expect(shortly(await publisher.sync())).toEqual(['pubrec 2'])
  expect(shortly(await subscriber.sync())).toEqual(['publish 2 qos2 dup0 id1'])
})

it('loses acknowledgements of the client', async () => {
  const net = new FaultyNetwork()
  const { publisher, subscriber } = await net.pair(5)
  const id = net.fault({ kind: 'loss', packets: 'acknowledgement', scope: { clientId: 'subscriber' } })
  await publisher.publish('t', 'a', { qos: 1 })
  await publisher.publish('t', 'b', { qos: 2 })
  await subscriber.sync()
  subscriber.send(acknowledgement('puback', 1), acknowledgement('pubrec', 2))
  expect(await subscriber.sync()).toEqual([])
  expect(net.broker.sessions.find('subscriber')!.outgoing.inFlightCount).toBe(2)
  expect(net.struck(id)).toBe(2)
})

it('loses PUBREL, so that the broker still knows the packet identifier', async () => {
  const net = new FaultyNetwork()
  const { publisher } = await net.pair(5)
  net.fault({ kind: 'loss', packets: 'acknowledgement', times: 1, scope: { filter: 't' } })
  publisher.send(publishPacket('t', 'x', { qos: 2, messageId: 9 }))
  await publisher.next('pubrec')
  publisher.send(acknowledgement('pubrel', 9))
  expect(await publisher.sync()).toEqual([])
  expect(net.broker.sessions.find('publisher')!.hasReceived(9)).toBe(true)
  publisher.send(acknowledgement('pubrel', 9))
  expect(shortly(await publisher.sync())).toEqual(['pubcomp 9'])
})

it('loses any packet, also a CONNECT, by the client identifier in it', async () => {
  const net = new FaultyNetwork()
  net.fault({ kind: 'loss', times: 1, scope: { clientId: 'late' } })
  const other = await net.connect(4, { clientId: 'other' })
  const client = net.open(4)
  client.clientId = 'late'
  void client.connect().catch(() => undefined)
  await settled()
  expect(client.connack).toBeNull()
  expect(await other.sync()).toEqual([])
  await net.connect(4, { clientId: 'late' })
})

it('does not count a lost PINGREQ for the keep alive', async () => {
  const net = new FaultyNetwork()
  const client = await net.connect(5, { clientId: 'c', keepalive: 10 })
  net.fault({ kind: 'loss' })
  for (let i = 0; i < 15; i++) {
    net.clock.advance(1_000)
    client.send({ cmd: 'pingreq' })
    await settled()
  }
  net.clock.advance(1_000)
  expect(await client.closed()).toMatchObject([{ cmd: 'disconnect', reasonCode: 0x8d }])
})

it('knows the topic behind a Topic Alias, also one whose first message was lost', async () => {
  const net = new FaultyNetwork()
  const { publisher, subscriber } = await net.pair(5)
  net.fault({ kind: 'loss', packets: 'publish', scope: { filter: 'a' }, rate: { by: 'count', every: 2 } })
  publisher.send(publishPacket('a', 'one', { properties: { topicAlias: 1 } }))
  for (const payload of ['two', 'three'])
    publisher.send(publishPacket('', payload, { properties: { topicAlias: 1 } }))
  await publisher.sync()
  expect((await subscriber.messages()).map(({ payload }) => String(payload))).toEqual(['one', 'three'])
  net.faults.clear()
  net.fault({ kind: 'loss', packets: 'publish', times: 1 })
  publisher.send(publishPacket('b', 'lost', { properties: { topicAlias: 2 } }))
  publisher.send(publishPacket('', 'kept', { properties: { topicAlias: 2 } }))
  await publisher.sync()
  expect((await subscriber.messages()).map(({ topic }) => topic)).toEqual(['b'])
})

it.each(versions)(
  'delivers twice, with DUP and the same packet identifier (MQTT version %i)',
  async (version) => {
    const net = new FaultyNetwork()
    const { publisher, subscriber } = await net.pair(version)
    const id = net.fault({ kind: 'duplicate', scope: { filter: 'twice' } })
    publishAtEachQos(publisher, 'twice')
    publisher.send(publishPacket('other', 'once', { qos: 1, messageId: 3 }))
    await publisher.sync()
    expect(shortly(await subscriber.sync())).toEqual([
      // At QoS 0 a message is delivered at most once.
      'publish 0 qos0 dup0 id0',
      'publish 1 qos1 dup0 id1',
      'publish 1 qos1 dup1 id1',
      'publish 2 qos2 dup0 id2',
      'publish 2 qos2 dup1 id2',
      'publish once qos1 dup0 id3'
    ])
    expect(net.struck(id)).toBe(2)
    // The broker takes both acknowledgements.
    for (const _ of [1, 2]) subscriber.send(acknowledgement('puback', 1), acknowledgement('pubrec', 2))
    expect(shortly(await subscriber.sync())).toEqual(['pubrel 2', 'pubrel 2'])
    for (const _ of [1, 2]) subscriber.send(acknowledgement('pubcomp', 2))
    expect(await subscriber.sync()).toEqual([])
  }
)

it.each(versions)(
  'withholds acknowledgements, for as many packets as it should (MQTT version %i)',
  async (version) => {
    const net = new FaultyNetwork()
    const { publisher, subscriber } = await net.pair(version)
    const id = net.fault({ kind: 'withhold', packets: ['PUBACK', 'PUBREC'], times: 3 })
    publishAtEachQos(publisher, 't')
    expect(await publisher.sync()).toEqual([])
    expect(net.struck(id)).toBe(2)
    publishAtEachQos(publisher, 't')
    expect(shortly(await publisher.sync())).toEqual(['pubrec 2'])
    await settled()
    expect(net.faults.list()).toEqual([])
    // QoS 2: the message that was sent again was recognized; QoS 1: it was not.
    expect((await subscriber.messages()).map(({ qos }) => qos)).toEqual([0, 1, 2, 0, 1])
  }
)

it('withholds PUBCOMP and SUBACK for good, by topic and filter', async () => {
  const net = new FaultyNetwork()
  const { publisher } = await net.pair(5)
  net.fault({ kind: 'withhold', packets: ['PUBCOMP', 'SUBACK'], scope: { filter: 'a/#' } })
  for (const topic of ['a/b', 'b']) {
    const messageId = topic.length
    publisher.send(publishPacket(topic, 'x', { qos: 2, messageId }), acknowledgement('pubrel', messageId))
  }
  for (const topic of ['a/+', 'b/+', '$share/g/a/b'])
    publisher.send({ cmd: 'subscribe', messageId: topic.length + 10, subscriptions: [{ topic, qos: 0 }] })
  expect(shortly(await publisher.sync())).toEqual(['pubrec 3', 'pubrec 1', 'pubcomp 1', 'suback 13'])
  // The broker has done what it does not acknowledge.
  expect(net.broker.subscriptions.count).toBe(4)
})

it('cuts the connection at every n-th packet, which is lost with it', async () => {
  const net = new FaultyNetwork()
  const { subscriber } = await net.pair(5)
  const scope = { clientId: 'unlucky' }
  const id = net.fault({ kind: 'disconnect', rate: { by: 'count', every: 3 }, scope })
  for (let times = 1; times <= 2; times++) {
    const client = await net.connect(5, {
      ...scope,
      will: { topic: 'will', payload: Buffer.from('gone'), qos: 0, retain: false }
    })
    client.send(publishPacket('t', 'handled'), publishPacket('t', 'lost'), publishPacket('t', 'never'))
    // Without a DISCONNECT: the will is published.
    expect(await client.closed()).toEqual([])
    expect((await subscriber.messages()).map(({ topic }) => topic)).toEqual(['t', 'will'])
    expect(net.struck(id)).toBe(times)
  }
})

it('cuts connections now', async () => {
  const net = new FaultyNetwork()
  const clients = await Promise.all(['a', 'b', 'c'].map((clientId) => net.connect(5, { clientId })))
  expect(net.faults.disconnect({ clientId: 'b', listener: null })).toBe(1)
  expect(await clients[1]!.closed()).toEqual([])
  expect(net.faults.disconnect({ clientId: null, listener: 1 })).toBe(0)
  expect(net.faults.disconnect({ clientId: null, listener: null })).toBe(2)
  expect(net.broker.clientCount).toBe(0)
})

it('reads a client slowly, and at once when that ends', async () => {
  const net = new FaultyNetwork()
  const client = await net.connect(5, { clientId: 'slow' })
  const fast = await net.connect(5, { clientId: 'fast' })
  const id = net.fault({ kind: 'slowReading', bytesPerSecond: 100, scope: { clientId: 'slow' } })
  // Ten packets of 100 bytes.
  for (let i = 0; i < 10; i++) client.send(publishPacket('t', 'x'.repeat(94)))
  await settled()
  const received = async (): Promise<number> => {
    await settled()
    return net.broker.traffic.messagesReceived
  }
  expect(await received()).toBe(0)
  for (let second = 1; second <= 4; second++) {
    net.clock.advance(1_000)
    expect(await received()).toBe(second)
  }
  await fast.publish('t')
  const connection = [...net.broker.openConnections][0]!
  expect(connection.stream.isPaused()).toBe(true)
  net.faults.remove(id)
  expect(await received()).toBe(11)
  expect(connection.stream.isPaused()).toBe(false)
  expect(connection.link).toBeUndefined()
  expect(await client.sync()).toEqual([])
})

it('reads less than a byte in a step, and the end after the last byte', async () => {
  const net = new FaultyNetwork()
  const client = await net.connect(5, { clientId: 'c' })
  net.fault({ kind: 'slowReading', bytesPerSecond: 1 })
  client.send(publishPacket('t', '12345'))
  const cut = client.cut()
  await settled()
  net.clock.advance(9_500)
  expect(net.broker.traffic.messagesReceived).toBe(0)
  expect(net.broker.clientCount).toBe(1)
  net.clock.advance(1_000)
  await cut
  expect(net.broker.traffic.messagesReceived).toBe(1)
  expect(net.broker.clientCount).toBe(0)
})
