import { expect } from 'vitest'
import { frame, text } from '../core/packets.fixture'
import { connected, expectEnd, itBoth, network, properties } from './fixture'

itBoth(
  'refuses filters whose wildcards are not alone in their level, or # not last [3.1.1: MQTT-4.7.1-2, MQTT-4.7.1-3; 5: MQTT-4.7.1-1, MQTT-4.7.1-2]',
  async (version) => {
    for (const filter of ['a#', 'a/b#', '#/a', 'a/#/b', '+a', 'a+', 'a/b+/c', '++']) {
      const client = await connected(version)
      client.write(frame('82', '0001', properties(version), text(filter), '00'))
      await expectEnd(client, 0x81)
    }
  }
)

itBoth(
  'matches # with a topic and all below it, and + with one level [3.1.1: MQTT-4.7.1-2, MQTT-4.7.1-3; 5: MQTT-4.7.1-1, MQTT-4.7.1-2]',
  async (version) => {
    for (const [filter, topics] of [
      ['#', ['a', 'a/b', 'a/b/c', '/', '/a', 'b/b']],
      ['a/#', ['a', 'a/b', 'a/b/c']],
      ['+', ['a']],
      ['+/+', ['a/b', '/', '/a', 'b/b']],
      ['/+', ['/', '/a']],
      ['a/+', ['a/b']],
      ['+/b/#', ['a/b', 'a/b/c', 'b/b']],
      ['a/+/c', ['a/b/c']]
    ] as const) {
      const client = await connected(version)
      await client.subscribe(filter)
      for (const topic of ['a', 'a/b', 'a/b/c', '/', '/a', 'b/b']) await client.publish(topic)
      expect((await client.messages()).map(({ topic }) => topic)).toEqual(topics)
    }
  }
)

itBoth(
  'matches no wildcard at the beginning with a topic that begins with $ [3.1.1, 5: MQTT-4.7.2-1]',
  async (version) => {
    const net = network()
    net.broker.announce('$SYS/broker/version', 'Treetop')
    const client = await net.connect(version)
    for (const filter of ['#', '+/broker/version', '+/#']) await client.subscribe(filter)
    await client.publish('$own/t')
    net.broker.announce('$SYS/broker/version', 'Treetop')
    expect(await client.sync()).toEqual([])
    for (const filter of ['$SYS/#', '$own/+']) await client.subscribe(filter)
    await client.publish('$own/t')
    expect((await client.messages()).map(({ topic }) => topic)).toEqual(['$SYS/broker/version', '$own/t'])
  }
)

itBoth('refuses empty topics and filters [3.1.1, 5: MQTT-4.7.3-1]', async (version) => {
  const none = properties(version)
  for (const packet of [
    frame('30', text(''), none),
    frame('82', '0001', none, text(''), '00'),
    frame('A2', '0001', none, text(''))
  ]) {
    const client = await connected(version)
    client.write(packet)
    const told = await client.closed()
    expect(told).toMatchObject(version === 5 ? [{ cmd: 'disconnect' }] : [])
  }
})

itBoth('carries topics of up to 65,535 bytes [3.1.1, 5: MQTT-4.7.3-3]', async (version) => {
  const client = await connected(version)
  const topic = 'é/'.repeat(21_845)
  await client.subscribe(topic)
  await client.publish(topic)
  expect((await client.messages()).map(({ topic: each }) => each)).toEqual([topic])
})

itBoth('compares topics and filters as they are [3.1.1, 5: MQTT-4.7.3-4]', async (version) => {
  const client = await connected(version)
  // A letter with its accent as one and as two code points, and other ways to write what looks alike.
  for (const filter of ['é', 'a/b', 'A', 'a b']) await client.subscribe(filter)
  for (const topic of ['e\u0301', 'a//b', '/a/b', 'a/b/', 'a', 'a\u00a0b', 'é', 'a/b', 'A', 'a b'])
    await client.publish(topic)
  expect((await client.messages()).map(({ topic }) => topic)).toEqual(['é', 'a/b', 'A', 'a b'])
})
