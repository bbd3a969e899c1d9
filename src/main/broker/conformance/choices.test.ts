import { expect, it } from 'vitest'
import { acknowledgement, frame, publishPacket, text } from '../core/packets.fixture'
import { connected, expectEnd, kept, network, pair, properties } from './fixture'

// What choices.md says beyond the statements of the specification.

const versions = [4, 5] as const

it.each(versions)('keeps no QoS 0 message for a client that is away (version %i)', async (version) => {
  const net = network()
  const before = await net.connect(version, kept(version))
  await before.subscribe('t', { qos: 1 })
  await before.cut()
  const publisher = await net.connect(version)
  for (const qos of [0, 1] as const) await publisher.publish('t', `at ${qos}`, { qos })
  const [first, ...rest] = await (await net.connect(version, kept(version))).messages()
  expect([first!.payload.toString(), rest]).toEqual(['at 1', []])
})

it.each(versions)('refuses control characters and noncharacters in text (version %i)', async (version) => {
  for (const character of ['\u0001', '\u001f', '\u007f', '\u009f', '\ufdd0', '\uffff', '\u{1fffe}']) {
    const client = await connected(version)
    client.write(frame('30', text(`a${character}`), properties(version)))
    await expectEnd(client, 0x81)
  }
})

it.each(versions)('refuses messages and wills to the topics of the broker (version %i)', async (version) => {
  const { net, publisher, subscriber } = await pair(version)
  for (const filter of ['$SYS/#', '$CONTROL/#', '$other/#']) await subscriber.subscribe(filter)
  for (const topic of ['$SYS', '$SYS/a', '$share/g/t', '$CONTROL/a']) {
    publisher.send(publishPacket(topic, 'x', { qos: 1, messageId: 1 }))
    expect(await publisher.next('puback')).toMatchObject(
      version === 5 ? { reasonCode: 0x87 } : { messageId: 1 }
    )
    const client = net.open(version)
    const connack = await client.connect({ will: { topic, payload: 'x' } })
    expect(connack).toMatchObject(version === 5 ? { reasonCode: 0x87 } : { returnCode: 5 })
  }
  await publisher.publish('$other/a')
  expect((await subscriber.messages()).map(({ topic }) => topic)).toEqual(['$other/a'])
})

it('says only in PUBACK that nobody is subscribed', async () => {
  const client = await connected(5)
  for (const qos of [1, 2] as const) client.send(publishPacket('t', 'x', { qos, messageId: qos }))
  client.send(acknowledgement('pubrel', 2))
  expect(await client.sync()).toMatchObject([{ reasonCode: 0x10 }, { reasonCode: 0 }, { reasonCode: 0 }])
})

it('tells an MQTT 5 client that asks for more than 60 seconds of keep alive, or for none', async () => {
  const net = network()
  for (const [version, keepalive, told] of [
    [5, 0, 60],
    [5, 61, 60],
    [5, 60, undefined],
    [4, 0, undefined],
    [4, 3_600, undefined]
  ] as const) {
    const client = await net.connect(version, { keepalive })
    expect(client.connack!.properties?.serverKeepAlive).toBe(told)
  }
  const [last] = await Promise.all([net.connect(4), net.connect(5)])
  net.clock.advance(100_000)
  expect([...net.broker.clients()].map(({ keepAlive }) => keepAlive)).toEqual([0, 3_600, 0])
  expect(await last.sync()).toEqual([])
})

it('shares a subscription before MQTT 5, and prefers clients that are connected', async () => {
  const net = network()
  const away = await net.connect(4, kept(4))
  const members = [away, await net.connect(4), await net.connect(4)]
  for (const member of members) await member.subscribe('$share/g/t', { qos: 1 })
  await away.cut()
  for (let i = 0; i < 4; i++) await members[1]!.publish('t', 'x', { qos: 1 })
  expect([(await members[1]!.messages()).length, (await members[2]!.messages()).length]).toEqual([2, 2])
  for (const member of members.slice(1)) await member.disconnect()
  await (await net.connect(4)).publish('t', 'x', { qos: 1 })
  expect(await (await net.connect(4, kept(4))).messages()).toHaveLength(1)
})

it('publishes no wills when it stops', async () => {
  const net = network()
  const will = { topic: 'will', payload: 'gone', retain: true }
  await net.connect(5, { will })
  await net.connect(5, { ...kept(5), will: { ...will, properties: { willDelayInterval: 1 } } })
  net.close()
  net.clock.advance(10_000)
  expect(net.broker.retained.count).toBe(0)
})

it('does not count an observer as a subscriber', async () => {
  const net = network()
  const observer = net.open(5, true)
  await observer.connect()
  await observer.subscribe('#', { qos: 1 })
  const publisher = await net.connect(5)
  publisher.send(publishPacket('t', 'x', { qos: 1, messageId: 1 }))
  expect(await publisher.next('puback')).toMatchObject({ reasonCode: 0x10 })
  expect(await observer.next('publish')).toMatchObject({ topic: 't' })
})
