import { expect } from 'vitest'
import { frame, publishPacket, text } from '../core/packets.fixture'
import { connected, expectEnd, it5, kept, network, pair, properties } from './fixture'

it5(
  'forwards the properties of a message unaltered and in order [5: MQTT-3.3.2-4, MQTT-3.3.2-15, MQTT-3.3.2-16, MQTT-3.3.2-17, MQTT-3.3.2-18, MQTT-3.3.2-20]',
  async () => {
    const { publisher, subscriber } = await pair(5)
    const told = [
      `26 ${text('b')} ${text('1')}`,
      '01 01',
      `26 ${text('a')} ${text('')}`,
      `08 ${text('reply/to')}`,
      '09 0003 00FF01',
      `03 ${text('text/plain')}`,
      `26 ${text('b')} ${text('1')}`
    ].join('')
    publisher.write(frame('30', text('t'), properties(5, told), '78'))
    const expected = frame('30', text('t'), properties(5, told), '78').toLowerCase()
    expect((await subscriber.next('publish')).bytes.toString('hex')).toBe(expected)
  }
)

it5('sends no message that has expired while it waited [5: MQTT-3.3.2-5]', async () => {
  const net = network()
  const before = await net.connect(5, kept(5))
  await before.subscribe('#', { qos: 2 })
  await before.cut()
  const publisher = await net.connect(5)
  for (const [topic, messageExpiryInterval] of [
    ['short', 10],
    ['long', 11]
  ] as const)
    for (const retain of [true, false])
      await publisher.publish(topic, 'x', { qos: 1, retain, properties: { messageExpiryInterval } })
  net.clock.advance(10_000)
  const topics = async (client: typeof before): Promise<string[]> =>
    (await client.messages()).map(({ topic }) => topic)
  expect(await topics(await net.connect(5, kept(5)))).toEqual(['long', 'long'])
  await publisher.subscribe('#')
  expect(await topics(publisher)).toEqual(['long'])
})

it5(
  'forwards the Message Expiry Interval less the time that the message waited [5: MQTT-3.3.2-6]',
  async () => {
    const net = network()
    const before = await net.connect(5, kept(5))
    await before.subscribe('#', { qos: 1 })
    const publish = { qos: 1, properties: { messageExpiryInterval: 60 } } as const
    const publisher = await net.connect(5)
    await publisher.publish('now', 'x', publish)
    expect(await before.receive()).toMatchObject({ properties: { messageExpiryInterval: 60 } })
    await before.cut()
    await publisher.publish('later', 'x', publish)
    net.clock.advance(21_000)
    const after = await net.connect(5, kept(5))
    expect(await after.receive()).toMatchObject({ properties: { messageExpiryInterval: 39 } })
  }
)

it5('forgets Topic Aliases when the connection ends [5: MQTT-3.3.2-7]', async () => {
  const net = network()
  const before = await net.connect(5, {
    ...kept(5),
    properties: { ...kept(5).properties, topicAliasMaximum: 1 }
  })
  await before.subscribe('t', { qos: 1 })
  await before.publish('t', 'x', { properties: { topicAlias: 1 } })
  expect(await before.next('publish')).toMatchObject({ topic: 't', properties: { topicAlias: 1 } })
  await before.cut()
  const after = await net.connect(5, kept(5))
  await after.publish('t')
  expect(await after.next('publish')).toMatchObject({ topic: 't' })
  after.send(publishPacket('', 'x', { properties: { topicAlias: 1 } }))
  await expectEnd(after, 0x82)
})

it5(
  'refuses Topic Aliases of 0 or beyond its maximum [5: MQTT-3.3.2-8, MQTT-3.3.2-9, MQTT-3.2.2-17, MQTT-3.2.2-18]',
  async () => {
    for (const [topicAliases, alias] of [
      [10, '0000'],
      [10, '000B'],
      [0, '0001']
    ] as const) {
      const client = await network({ limits: { topicAliases } }).connect(5)
      client.write(frame('30', text('t'), properties(5, `23 ${alias}`)))
      await expectEnd(client, 0x94)
    }
  }
)

it5('accepts every Topic Alias up to its maximum [5: MQTT-3.3.2-12]', async () => {
  const { publisher, subscriber } = await pair(5)
  const maximum = publisher.connack!.properties!.topicAliasMaximum!
  expect(maximum).toBeGreaterThan(0)
  const aliases = Array.from({ length: maximum }, (_, index) => index + 1)
  for (const topicAlias of aliases)
    await publisher.publish(`t/${topicAlias}`, 'x', { properties: { topicAlias } })
  for (const topicAlias of aliases) await publisher.publish('', 'x', { properties: { topicAlias } })
  const topics = aliases.map((alias) => `t/${alias}`)
  expect((await subscriber.messages()).map(({ topic }) => topic)).toEqual([...topics, ...topics])
})

it5(
  'uses no Topic Alias beyond what the client takes [5: MQTT-3.1.2-26, MQTT-3.1.2-27, MQTT-3.3.2-8, MQTT-3.3.2-11]',
  async () => {
    for (const topicAliasMaximum of [0, 2]) {
      const client = await network().connect(5, { properties: { topicAliasMaximum } })
      await client.subscribe('#')
      for (const topic of ['a', 'b', 'c', 'b']) await client.publish(topic)
      const seen = (await client.messages()).map(({ topic, properties: told }) => [topic, told?.topicAlias])
      expect(seen).toEqual(
        topicAliasMaximum === 0
          ? [
              ['a', undefined],
              ['b', undefined],
              ['c', undefined],
              ['b', undefined]
            ]
          : [
              ['a', 1],
              ['b', 2],
              ['c', undefined],
              ['', 2]
            ]
      )
    }
  }
)

it5(
  'refuses a Response Topic or Content Type that is not UTF-8, and wildcards in a Response Topic [5: MQTT-3.3.2-13, MQTT-3.3.2-14, MQTT-3.3.2-19]',
  async () => {
    for (const [property, code] of [
      [`08 ${text(Buffer.of(0xff))}`, 0x81],
      [`03 ${text(Buffer.of(0xff))}`, 0x81],
      [`08 ${text('reply/#')}`, 0x82],
      [`08 ${text('+/reply')}`, 0x82]
    ] as const) {
      const client = await connected(5)
      client.write(frame('30', text('t'), properties(5, property)))
      await expectEnd(client, code)
    }
  }
)
