import { expect } from 'vitest'
import { frame, publishPacket, text } from '../core/packets.fixture'
import { connected, expectEnd, it311, it5, itBoth, network, pair, properties } from './fixture'

itBoth('refuses QoS 3 [3.1.1, 5: MQTT-3.3.1-4]', async (version) => {
  const client = await connected(version)
  client.write(frame('36', text('t'), '0001', properties(version)))
  await expectEnd(client, 0x81)
})

itBoth('refuses DUP at QoS 0 [3.1.1, 5: MQTT-3.3.1-2]', async (version) => {
  const client = await connected(version)
  client.write(frame('38', text('t'), properties(version)))
  await expectEnd(client, 0x81)
})

itBoth(
  'sends new messages without DUP, whatever the publisher sent [3.1.1: MQTT-3.3.1-2, MQTT-3.3.1-3, MQTT-4.3.1-1, MQTT-4.3.2-1, MQTT-4.3.3-1; 5: MQTT-3.3.1-2, MQTT-3.3.1-3, MQTT-4.3.1-1, MQTT-4.3.2-2, MQTT-4.3.3-2]',
  async (version) => {
    const { publisher, subscriber } = await pair(version)
    for (const qos of [0, 1, 2] as const) {
      await publisher.publish('t', 'x', { qos, dup: qos > 0 })
      expect(await subscriber.receive()).toMatchObject({ qos, dup: false })
    }
  }
)

itBoth(
  'keeps the last retained message of a topic, with its QoS [3.1.1: MQTT-3.3.1-5, MQTT-3.3.1-6, MQTT-3.3.1-7, MQTT-3.3.1-8; 5: MQTT-3.3.1-5, MQTT-3.3.1-9]',
  async (version) => {
    const net = network()
    const publisher = await net.connect(version)
    for (const qos of [0, 1, 2] as const)
      for (const topic of ['2/0', '0/1', '1/2'])
        await publisher.publish(topic, `${topic} at ${qos}`, {
          qos: ((qos + Number(topic[0])) % 3) as 0,
          retain: true
        })
    const subscriber = await net.connect(version)
    await subscriber.subscribe('#', { qos: 2 })
    const seen = (await subscriber.messages()).map(({ payload, qos, retain }) => [
      payload.toString(),
      qos,
      retain
    ])
    expect(seen.sort()).toEqual([
      ['0/1 at 2', 2, true],
      ['1/2 at 2', 0, true],
      ['2/0 at 2', 1, true]
    ])
  }
)

itBoth(
  'forwards to existing subscriptions without the retain flag [3.1.1: MQTT-3.3.1-9; 5: MQTT-3.3.1-12]',
  async (version) => {
    const { publisher, subscriber } = await pair(version)
    await publisher.publish('t', 'x', { retain: true })
    expect(await subscriber.next('publish')).toMatchObject({ retain: false })
  }
)

it5('forwards the retain flag if the subscription asks for it [5: MQTT-3.3.1-13]', async () => {
  const client = await connected(5)
  await client.subscribe('t', { rap: true })
  for (const retain of [true, false]) {
    await client.publish('t', 'x', { retain })
    expect(await client.next('publish')).toMatchObject({ retain })
  }
})

itBoth(
  'removes a retained message for an empty one, which it forwards but does not keep [3.1.1: MQTT-3.3.1-10, MQTT-3.3.1-11; 5: MQTT-3.3.1-6, MQTT-3.3.1-7]',
  async (version) => {
    const { net, publisher, subscriber } = await pair(version)
    await publisher.publish('t', 'on', { retain: true })
    for (const topic of ['t', 'never/used']) await publisher.publish(topic, '', { retain: true })
    expect((await subscriber.messages()).map(({ payload }) => payload.length)).toEqual([2, 0, 0])
    const late = await net.connect(version)
    await late.subscribe('#')
    expect(await late.sync()).toEqual([])
    expect(net.broker.retained.count).toBe(0)
  }
)

itBoth(
  'leaves retained messages alone for a message that is not retained [3.1.1: MQTT-3.3.1-12; 5: MQTT-3.3.1-8]',
  async (version) => {
    const client = await connected(version)
    await client.publish('t', 'kept', { retain: true })
    for (const payload of ['passing', '']) await client.publish('t', payload)
    await client.publish('other', 'passing')
    await client.subscribe('#')
    expect((await client.messages()).map(({ payload }) => payload.toString())).toEqual(['kept'])
  }
)

itBoth(
  'refuses a topic name that is missing, not UTF-8 or has wildcards [3.1.1: MQTT-3.3.2-1, MQTT-3.3.2-2, MQTT-4.7.1-1; 5: MQTT-3.3.2-1, MQTT-3.3.2-2, MQTT-4.7.0-1]',
  async (version) => {
    for (const topic of [text('a/+'), text('#'), text('a+b'), text(Buffer.of(0xff)), '0005 61']) {
      const client = await connected(version)
      client.write(frame('30', topic, topic.length < 8 ? '' : properties(version)))
      await expectEnd(client, 0x81)
    }
  }
)

itBoth(
  'sends a message with its own topic to those whose filter matches it [3.1.1, 5: MQTT-3.3.2-3]',
  async (version) => {
    const client = await connected(version)
    await client.subscribe('a/+/c')
    for (const topic of ['a/b/c', 'a/b', 'a/b/c/d', 'A/b/c', 'a//c']) await client.publish(topic)
    expect((await client.messages()).map(({ topic }) => topic)).toEqual(['a/b/c', 'a//c'])
  }
)

itBoth(
  'answers a message as its QoS says [3.1.1: MQTT-3.3.4-1, MQTT-4.3.2-2, MQTT-4.3.3-2; 5: MQTT-3.3.4-1, MQTT-4.3.2-4, MQTT-4.3.3-8, MQTT-4.3.3-11]',
  async (version) => {
    const { publisher, subscriber } = await pair(version)
    publisher.send(publishPacket('t', '0'))
    publisher.send(publishPacket('t', '1', { qos: 1, messageId: 11 }))
    publisher.send(publishPacket('t', '2', { qos: 2, messageId: 12 }), { cmd: 'pubrel', messageId: 12 })
    expect(await publisher.sync()).toMatchObject([
      { cmd: 'puback', messageId: 11 },
      { cmd: 'pubrec', messageId: 12 },
      { cmd: 'pubcomp', messageId: 12 }
    ])
    expect((await subscriber.messages()).map(({ payload }) => payload.toString())).toEqual(['0', '1', '2'])
  }
)

itBoth(
  'sends one copy at the highest QoS where subscriptions overlap [3.1.1: MQTT-3.3.5-1; 5: MQTT-3.3.4-2]',
  async (version) => {
    const client = await connected(version)
    for (const [filter, qos] of [
      ['a/#', 0],
      ['a/b', 2],
      ['+/b', 1]
    ] as const)
      await client.subscribe(filter, { qos })
    await client.publish('a/b', 'x', { qos: 2 })
    expect(await client.messages()).toMatchObject([{ topic: 'a/b', qos: 2 }])
  }
)

it5(
  'sends along the Subscription Identifiers of all matching subscriptions [5: MQTT-3.3.4-3, MQTT-3.3.4-4, MQTT-3.3.4-5]',
  async () => {
    const client = await connected(5)
    for (const [filter, subscriptionIdentifier] of [
      ['a/#', 1],
      ['a/b', 268_435_455],
      ['+/c', 3]
    ] as const)
      await client.subscribe(filter, { properties: { subscriptionIdentifier } })
    await client.subscribe('+/b')
    for (const topic of ['a/b', 'a/c', 'x/b']) await client.publish(topic)
    const ids = (await client.messages()).map(({ properties: told }) => told?.subscriptionIdentifier)
    expect(ids[0]).toHaveLength(2)
    expect(ids[0]).toEqual(expect.arrayContaining([1, 268_435_455]))
    expect(ids[1]).toEqual(expect.arrayContaining([1, 3]))
    expect(ids[2]).toBeUndefined()
  }
)

it5('refuses a Subscription Identifier from a publisher [5: MQTT-3.3.4-6]', async () => {
  const client = await connected(5)
  client.write(frame('30', text('t'), properties(5, '0B 01')))
  await expectEnd(client, 0x81)
})

it311(
  'acknowledges a message that the client may not publish, and drops it [3.1.1: MQTT-3.3.5-2]',
  async () => {
    const { publisher, subscriber } = await pair(4, { hooks: { publish: () => 0x87 } })
    for (const qos of [0, 1, 2] as const) await publisher.publish('t', 'x', { qos })
    expect(await subscriber.sync()).toEqual([])
  }
)
