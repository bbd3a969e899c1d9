import { expect } from 'vitest'
import { frame, text } from '../core/packets.fixture'
import { connected, expectEnd, it311, it5, itBoth, network, pair, properties } from './fixture'

itBoth('refuses a filter that is not UTF-8 [3.1.1, 5: MQTT-3.8.3-1]', async (version) => {
  const client = await connected(version)
  client.write(frame('82', '0001', properties(version), text(Buffer.of(0xff)), '00'))
  await expectEnd(client, 0x81)
})

itBoth('refuses a SUBSCRIBE without a filter [3.1.1: MQTT-3.8.3-3; 5: MQTT-3.8.3-2]', async (version) => {
  const client = await connected(version)
  client.write(frame('82', '0001', properties(version)))
  await expectEnd(client, 0x82)
})

itBoth(
  'refuses reserved bits beside the QoS, and QoS 3 [3.1.1: MQTT-3.8.3-4; 5: MQTT-3.8.3-5]',
  async (version) => {
    for (const options of version === 5 ? ['40', '80', '03'] : ['04', '08', '10', '40', '80', '03']) {
      const client = await connected(version)
      client.write(frame('82', '0001', properties(version), text('t'), options))
      await expectEnd(client, 0x81)
    }
  }
)

it311('supports wildcards [3.1.1: MQTT-3.8.3-2]', async () => {
  const client = await connected(4)
  for (const filter of ['#', '+/b', 'a/#'])
    expect(await client.subscribe(filter)).toMatchObject({ granted: [0] })
})

itBoth(
  'answers a SUBSCRIBE with a code for each filter, in order [3.1.1: MQTT-3.8.4-1, MQTT-3.8.4-4, MQTT-3.8.4-5, MQTT-3.9.3-1, MQTT-3.9.3-2; 5: MQTT-3.8.4-1, MQTT-3.8.4-5, MQTT-3.8.4-6, MQTT-3.8.4-7, MQTT-3.9.3-1, MQTT-3.9.3-2]',
  async (version) => {
    const subscribe = (_asker: unknown, filter: string, { qos }: { qos: number }) =>
      filter === 'secret' ? 0x87 : Math.min(qos, 1)
    const client = await network({ hooks: { subscribe } }).connect(version)
    const filters = [
      ['a', 2],
      ['secret', 1],
      ['b', 0],
      ['c', 1]
    ] as const
    client.send({
      cmd: 'subscribe',
      messageId: 7,
      subscriptions: filters.map(([topic, qos]) => ({ topic, qos }))
    })
    const failure = version === 5 ? 0x87 : 0x80
    expect(await client.sync()).toMatchObject([{ cmd: 'suback', messageId: 7, granted: [1, failure, 0, 1] }])
    for (const [topic] of filters) await client.publish(topic, 'x', { qos: 2 })
    expect((await client.messages()).map(({ topic, qos }) => [topic, qos])).toEqual([
      ['a', 1],
      ['b', 0],
      ['c', 1]
    ])
  }
)

itBoth(
  'sends messages at the lower of the published and the granted QoS [3.1.1: MQTT-3.8.4-6; 5: MQTT-3.8.4-8]',
  async (version) => {
    const client = await connected(version)
    for (const granted of [0, 1, 2] as const) {
      await client.subscribe(`at/${granted}`, { qos: granted })
      for (const qos of [0, 1, 2] as const) {
        await client.publish(`at/${granted}`, 'x', { qos })
        expect(await client.receive()).toMatchObject({ qos: Math.min(qos, granted) })
      }
    }
  }
)

itBoth(
  'replaces a subscription with the same filter, sends retained messages again and loses none [3.1.1: MQTT-3.8.4-3; 5: MQTT-3.8.4-3, MQTT-3.8.4-4]',
  async (version) => {
    const net = network()
    const client = await net.connect(version)
    const publisher = await net.connect(version)
    await publisher.publish('t', 'retained', { qos: 1, retain: true })
    await client.subscribe('t', { qos: 0 })
    await publisher.publish('t', 'first', { qos: 1 })
    await client.subscribe('t', { qos: 1 })
    await publisher.publish('t', 'second', { qos: 1 })
    const seen = (await client.messages()).map(({ payload, qos }) => `${payload.toString()} at ${qos}`)
    expect(seen).toEqual(['retained at 0', 'first at 0', 'retained at 1', 'second at 1'])
    expect(net.broker.subscriptions.count).toBe(1)
  }
)

it5(
  'sends retained messages as Retain Handling says [5: MQTT-3.3.1-9, MQTT-3.3.1-10, MQTT-3.3.1-11]',
  async () => {
    const client = await connected(5)
    await client.publish('t', 'on', { retain: true })
    const count = async (filter: string, rh: number): Promise<number> => {
      await client.subscribe(filter, { rh })
      return (await client.messages()).length
    }
    expect([await count('t', 0), await count('t', 0)]).toEqual([1, 1])
    expect([await count('+', 1), await count('+', 1), await count('t', 1)]).toEqual([1, 0, 0])
    expect([await count('#', 2), await count('#', 2)]).toEqual([0, 0])
  }
)

it5('sends a client none of its own messages if it asks for No Local [5: MQTT-3.8.3-3]', async () => {
  const { publisher, subscriber } = await pair(5)
  await publisher.subscribe('t', { nl: true })
  await publisher.publish('t', 'own')
  await subscriber.publish('t', 'other')
  expect((await publisher.messages()).map(({ payload }) => payload.toString())).toEqual(['other'])
  expect(await subscriber.messages()).toHaveLength(2)
})

it5('refuses No Local on a shared subscription [5: MQTT-3.8.3-4]', async () => {
  const client = await connected(5)
  client.write(frame('82', '0001', '00', text('$share/g/t'), '04'))
  await expectEnd(client, 0x82)
})

it5(
  'answers without reasons, so that they fit [5: MQTT-3.9.2-1, MQTT-3.9.2-2, MQTT-3.11.2-1, MQTT-3.11.2-2]',
  async () => {
    const net = network({ hooks: { subscribe: () => 0x87 } })
    const client = await net.connect(5, { properties: { maximumPacketSize: 20 } })
    expect((await client.subscribe('t')).bytes.length).toBe(6)
    expect((await client.unsubscribe('t')).bytes.length).toBe(6)
  }
)
