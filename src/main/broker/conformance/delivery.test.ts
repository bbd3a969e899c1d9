import { expect } from 'vitest'
import { type TestClient } from '../core/fixture'
import { acknowledgement, publishPacket, type Received } from '../core/packets.fixture'
import { it311, it5, itBoth, kept, network, pair } from './fixture'

const payloads = (packets: Received<'publish'>[]): string[] =>
  packets.map(({ payload }) => payload.toString())

itBoth(
  'sends what was not acknowledged again when the session resumes, in order, with DUP and the same packet identifiers [3.1.1: MQTT-2.3.1-4, MQTT-3.3.1-1, MQTT-4.3.2-1, MQTT-4.3.3-1, MQTT-4.4.0-1, MQTT-4.6.0-1; 5: MQTT-3.3.1-1, MQTT-4.3.2-3, MQTT-4.3.3-3, MQTT-4.4.0-1]',
  async (version) => {
    const net = network()
    const before = await net.connect(version, kept(version))
    await before.subscribe('#', { qos: 2 })
    const publisher = await net.connect(version)
    for (const [payload, qos] of [
      ['a', 1],
      ['b', 2],
      ['c', 1],
      ['d', 2]
    ] as const)
      await publisher.publish('t', payload, { qos })
    const sent = await before.messages()
    before.send(acknowledgement('puback', sent[0]!.messageId!))
    expect(await before.sync()).toEqual([])
    await before.cut()
    const again = await (await net.connect(version, kept(version))).messages()
    expect(payloads(again)).toEqual(['b', 'c', 'd'])
    expect(again.map(({ dup }) => dup)).toEqual([true, true, true])
    expect(again.map(({ messageId }) => messageId)).toEqual(sent.slice(1).map(({ messageId }) => messageId))
  }
)

itBoth(
  'sends a PUBREL again until the PUBCOMP comes, and not the message [3.1.1: MQTT-4.3.3-1, MQTT-4.4.0-1; 5: MQTT-4.3.3-4, MQTT-4.3.3-5, MQTT-4.3.3-6, MQTT-4.4.0-1]',
  async (version) => {
    const net = network()
    const before = await net.connect(version, kept(version))
    await before.subscribe('#', { qos: 2 })
    await (await net.connect(version)).publish('t', 'x', { qos: 2 })
    const { messageId } = await before.next('publish')
    before.send(acknowledgement('pubrec', messageId!))
    expect(await before.next('pubrel')).toMatchObject({ messageId })
    await before.cut()
    const after = await net.connect(version, kept(version))
    expect(await after.sync()).toMatchObject([{ cmd: 'pubrel', messageId }])
    after.send(acknowledgement('pubcomp', messageId!))
    await after.cut()
    expect(await (await net.connect(version, kept(version))).sync()).toEqual([])
  }
)

itBoth('sends nothing again while the connection is open [3.1.1, 5: MQTT-4.4.0-1]', async (version) => {
  const { net, publisher, subscriber } = await pair(version)
  for (const qos of [1, 2] as const) await publisher.publish('t', 'x', { qos })
  expect(await subscriber.messages()).toHaveLength(2)
  for (let i = 0; i < 10; i++) {
    net.clock.advance(60_000)
    expect(await subscriber.sync()).toEqual([])
  }
})

it5('sends a message that the client refused no more [5: MQTT-4.4.0-2]', async () => {
  const net = network()
  const before = await net.connect(5, kept(5))
  await before.subscribe('#', { qos: 2 })
  const publisher = await net.connect(5)
  for (const qos of [1, 2] as const) await publisher.publish('t', 'x', { qos })
  const [first, second] = await before.messages()
  before.send(
    acknowledgement('puback', first!.messageId!, 0x80),
    acknowledgement('pubrec', second!.messageId!, 0x80)
  )
  expect(await before.sync()).toEqual([])
  await before.cut()
  expect(await (await net.connect(5, kept(5))).sync()).toEqual([])
})

it5('lets no message expire that it has sent [5: MQTT-4.3.3-7]', async () => {
  const net = network()
  const before = await net.connect(5, kept(5))
  await before.subscribe('#', { qos: 2 })
  await (await net.connect(5)).publish('t', 'x', { qos: 2, properties: { messageExpiryInterval: 1 } })
  await before.next('publish')
  await before.cut()
  net.clock.advance(2_000)
  expect(await (await net.connect(5, kept(5))).receive()).toMatchObject({ dup: true, qos: 2 })
})

it5('goes on with the acknowledgements of a message that has expired [5: MQTT-4.3.3-13]', async () => {
  const { net, publisher } = await pair(5)
  publisher.send(publishPacket('t', 'x', { qos: 2, messageId: 5, properties: { messageExpiryInterval: 1 } }))
  expect(await publisher.next('pubrec')).toMatchObject({ messageId: 5 })
  net.clock.advance(2_000)
  publisher.send(acknowledgement('pubrel', 5))
  expect(await publisher.next('pubcomp')).toMatchObject({ messageId: 5, reasonCode: 0 })
})

itBoth(
  'takes a packet identifier of QoS 1 as that of a new message once it has acknowledged the former one [3.1.1: MQTT-4.3.2-2; 5: MQTT-4.3.2-5]',
  async (version) => {
    const { publisher, subscriber } = await pair(version)
    for (const dup of [false, false, true]) await publisher.publish('t', 'x', { qos: 1, messageId: 7, dup })
    expect(await subscriber.messages()).toHaveLength(3)
  }
)

itBoth(
  'delivers a message at QoS 2 once until it is released, also over a new connection [3.1.1: MQTT-4.3.3-2; 5: MQTT-4.3.3-10]',
  async (version) => {
    const { net, subscriber } = await pair(version)
    let publisher: TestClient = await net.connect(version, kept(version))
    for (const dup of [false, true, false]) {
      publisher.send(publishPacket('t', 'x', { qos: 2, messageId: 7, dup }))
      expect(await publisher.next('pubrec')).toMatchObject({ messageId: 7 })
      await publisher.cut()
      publisher = await net.connect(version, kept(version))
    }
    publisher.send(acknowledgement('pubrel', 7))
    expect(await publisher.next('pubcomp')).toMatchObject({ messageId: 7 })
    expect(await subscriber.messages()).toHaveLength(1)
  }
)

itBoth(
  'takes a packet identifier of QoS 2 as that of a new message once it is completed [3.1.1: MQTT-4.3.3-2; 5: MQTT-4.3.3-12]',
  async (version) => {
    const { publisher, subscriber } = await pair(version)
    for (const dup of [false, true]) await publisher.publish('t', 'x', { qos: 2, messageId: 7, dup })
    expect(await subscriber.messages()).toHaveLength(2)
  }
)

it5(
  'takes a packet identifier as that of a new message once it has refused the former one [5: MQTT-4.3.3-9]',
  async () => {
    let code = 0x87
    const { publisher, subscriber } = await pair(5, { hooks: { publish: () => code } })
    publisher.send(publishPacket('t', 'refused', { qos: 2, messageId: 7 }))
    expect(await publisher.next('pubrec')).toMatchObject({ reasonCode: 0x87 })
    code = 0
    await publisher.publish('t', 'accepted', { qos: 2, messageId: 7 })
    expect(payloads(await subscriber.messages())).toEqual(['accepted'])
  }
)

it5(
  'uses the reason codes of each acknowledgement, and no longer packets than it has to [5: MQTT-3.4.2-1, MQTT-3.4.2-2, MQTT-3.4.2-3, MQTT-3.5.2-1, MQTT-3.5.2-2, MQTT-3.5.2-3, MQTT-3.6.2-1, MQTT-3.6.2-2, MQTT-3.6.2-3, MQTT-3.7.2-1, MQTT-3.7.2-2, MQTT-3.7.2-3]',
  async () => {
    const hooks = {
      publish: (_asker: unknown, { topic }: { topic: string }) => (topic === 'secret' ? 0x87 : 0)
    }
    const client = await network({ hooks }).connect(5, { properties: { maximumPacketSize: 20 } })
    await client.subscribe('t', { qos: 2 })
    const codes: [string, number | undefined][] = []
    for (const topic of ['t', 'nobody', 'secret'])
      for (const qos of [1, 2] as const) client.send(publishPacket(topic, '', { qos, messageId: qos }))
    client.send(acknowledgement('pubrel', 2), acknowledgement('pubrec', 2))
    for (const packet of await client.sync()) {
      if (packet.cmd === 'publish') continue
      expect(packet.bytes.length).toBeLessThanOrEqual(5)
      codes.push([packet.cmd, 'reasonCode' in packet ? packet.reasonCode : undefined])
    }
    expect(codes).toEqual([
      ['puback', 0],
      ['pubrec', 0],
      ['puback', 0x10],
      ['pubrec', 0],
      ['puback', 0x87],
      ['pubrec', 0],
      ['pubcomp', 0],
      ['pubrel', 0]
    ])
  }
)

itBoth(
  'adds a message to the sessions of all that subscribed to it [3.1.1, 5: MQTT-4.5.0-1]',
  async (version) => {
    const net = network()
    const away = await net.connect(version, kept(version))
    await away.subscribe('t', { qos: 1 })
    await away.cut()
    const clients = [await net.connect(version), await net.connect(version), await net.connect(version)]
    for (const client of clients.slice(0, 2)) await client.subscribe('+', { qos: 1 })
    await clients[2]!.publish('t', 'x', { qos: 1 })
    clients.push(await net.connect(version, kept(version)))
    const counts = []
    for (const client of clients) counts.push((await client.messages()).length)
    expect(counts).toEqual([1, 1, 0, 1])
  }
)

itBoth(
  'keeps the order of messages of one topic and QoS [3.1.1: MQTT-4.6.0-5, MQTT-4.6.0-6; 5: MQTT-4.6.0-5, MQTT-4.6.0-6]',
  async (version) => {
    const { publisher, subscriber } = await pair(version)
    for (const qos of [0, 1, 2] as const) {
      const sent = Array.from({ length: 50 }, (_, index) => String(index))
      publisher.send(...sent.map((each, index) => publishPacket('t', each, { qos, messageId: index + 1 })))
      await publisher.sync()
      const received: string[] = []
      for (const _each of sent) received.push((await subscriber.receive()).payload.toString())
      expect(received).toEqual(sent)
    }
  }
)

it311(
  'acknowledges in the order of what it acknowledges [3.1.1: MQTT-4.6.0-2, MQTT-4.6.0-3, MQTT-4.6.0-4]',
  async () => {
    const { publisher, subscriber } = await pair(4)
    for (const qos of [1, 2] as const)
      publisher.send(...[5, 3, 9].map((messageId) => publishPacket('t', 'x', { qos, messageId })))
    const answers = (await publisher.sync()).map(({ cmd, messageId }) => `${cmd} ${messageId}`)
    expect(answers).toEqual(['puback 5', 'puback 3', 'puback 9', 'pubrec 5', 'pubrec 3', 'pubrec 9'])
    const ids = (await subscriber.messages())
      .filter(({ qos }) => qos === 2)
      .map(({ messageId }) => messageId!)
    const order = [ids[1]!, ids[2]!, ids[0]!]
    subscriber.send(...order.map((messageId) => acknowledgement('pubrec', messageId)))
    expect((await subscriber.sync()).map(({ messageId }) => messageId)).toEqual(order)
  }
)
