import { expect } from 'vitest'
import { type TestClient } from '../core/fixture'
import { frame, publishPacket, text } from '../core/packets.fixture'
import { connected, expectEnd, it311, it5, itBoth, network, pair, properties } from './fixture'

itBoth(
  'refuses text that is not well-formed UTF-8 [3.1.1: MQTT-1.5.3-1; 5: MQTT-1.5.4-1]',
  async (version) => {
    // A lone continuation byte, a surrogate, an overlong slash, and a character that is cut off.
    for (const hex of ['80', 'EDA080', 'C0AF', 'E282']) {
      const client = await connected(version)
      client.write(frame('30', text(Buffer.from(hex, 'hex')), properties(version)))
      await expectEnd(client, 0x81)
    }
  }
)

itBoth(
  'refuses text with a null character [3.1.1: MQTT-1.5.3-2, MQTT-4.7.3-2; 5: MQTT-1.5.4-2, MQTT-4.7.3-2]',
  async (version) => {
    for (const packet of [
      frame('30', text('a\0'), properties(version)),
      frame('82', '0001', properties(version), text('a\0'), '00')
    ]) {
      const client = await connected(version)
      client.write(packet)
      await expectEnd(client, 0x81)
    }
  }
)

itBoth('keeps a byte order mark in text [3.1.1: MQTT-1.5.3-3; 5: MQTT-1.5.4-3]', async (version) => {
  const client = await connected(version)
  await client.subscribe('\ufeffa/#')
  for (const topic of ['a', '\ufeffa', '\ufeffa/\ufeff']) await client.publish(topic)
  expect((await client.messages()).map(({ topic }) => topic)).toEqual(['\ufeffa', '\ufeffa/\ufeff'])
})

it5('refuses a number with more bytes than it needs [5: MQTT-1.5.5-1]', async () => {
  for (const packet of ['C0 80 00', frame('82', '0001', '80 00', text('a'), '00')]) {
    const client = await connected(5)
    client.write(packet)
    await expectEnd(client, 0x81)
  }
})

it5('sends numbers in as few bytes as possible [5: MQTT-1.5.5-1]', async () => {
  const client = await connected(5)
  await client.subscribe('t')
  for (const [size, length] of [
    [123, '7f'],
    [124, '8001'],
    [16_379, 'ff7f'],
    [16_380, '808001'],
    [2_097_148, '80808001']
  ] as const) {
    await client.publish('t', Buffer.alloc(size))
    expect((await client.next('publish')).bytes.subarray(1, 1 + length.length / 2).toString('hex')).toBe(
      length
    )
  }
})

it5('refuses a User Property whose name or value is no text [5: MQTT-1.5.7-1]', async () => {
  for (const property of [`26 ${text(Buffer.of(0xff))} ${text('b')}`, `26 ${text('a')} ${text('\0')}`]) {
    const client = await connected(5)
    client.write(frame('30', text('t'), properties(5, property)))
    await expectEnd(client, 0x81)
  }
})

itBoth(
  'refuses reserved flags with wrong values [3.1.1: MQTT-2.2.2-1, MQTT-2.2.2-2, MQTT-3.6.1-1, MQTT-3.8.1-1, MQTT-3.10.1-1, MQTT-3.14.1-1; 5: MQTT-2.1.3-1, MQTT-3.6.1-1, MQTT-3.8.1-1, MQTT-3.10.1-1, MQTT-3.14.1-1]',
  async (version) => {
    const none = properties(version)
    for (const packet of [
      ...['41', '51', '60', '63', '71'].map((first) => frame(first, '0001')),
      ...['80', '83', '8A'].map((first) => frame(first, '0001', none, text('a'), '00')),
      ...['A0', 'A3', 'AA'].map((first) => frame(first, '0001', none, text('a'))),
      ...['C1', 'E1', 'E2'].map((first) => frame(first))
    ]) {
      const client = await connected(version)
      client.write(packet)
      await expectEnd(client, 0x81)
    }
  }
)

itBoth('refuses a packet identifier of 0 [3.1.1: MQTT-2.3.1-1; 5: MQTT-2.2.1-3]', async (version) => {
  const none = properties(version)
  for (const packet of [
    frame('32', text('t'), '0000', none),
    frame('34', text('t'), '0000', none),
    frame('82', '0000', none, text('t'), '00'),
    frame('A2', '0000', none, text('t'))
  ]) {
    const client = await connected(version)
    client.write(packet)
    await expectEnd(client, 0x82)
  }
})

itBoth(
  'uses packet identifiers that are not 0 and not in use [3.1.1: MQTT-2.3.1-1, MQTT-2.3.1-4, MQTT-4.3.2-1, MQTT-4.3.3-1; 5: MQTT-2.2.1-4, MQTT-4.3.2-1, MQTT-4.3.3-1]',
  async (version) => {
    const { net, publisher, subscriber } = await pair(version)
    await publisher.publish('t', 'held', { qos: 2 })
    const { messageId: held } = await subscriber.next('publish')
    // As if 65,534 messages had come and gone since then.
    net.broker.sessions.find(subscriber.clientId)!.outgoing.nextNumber = 65_534
    for (const qos of [1, 2] as const) await publisher.publish('t', 'next', { qos })
    const { messageId: last } = await subscriber.receive()
    expect([held, last]).toEqual([1, 65_535])
    expect(await subscriber.sync()).toEqual([])
    subscriber.send({ cmd: 'pubrec', messageId: 1 }, { cmd: 'pubcomp', messageId: 1 })
    await subscriber.next('pubrel')
    expect(await subscriber.next('publish')).toMatchObject({ messageId: 1 })
  }
)

itBoth(
  'sends messages at QoS 0 without a packet identifier [3.1.1: MQTT-2.3.1-5; 5: MQTT-2.2.1-2]',
  async (version) => {
    const { publisher, subscriber } = await pair(version)
    await publisher.publish('t', 'x')
    const expected = frame('30', text('t'), properties(version), '78')
    expect((await subscriber.next('publish')).bytes.toString('hex')).toBe(expected.toLowerCase())
  }
)

itBoth(
  'repeats packet identifiers in its answers [3.1.1: MQTT-2.3.1-6, MQTT-2.3.1-7, MQTT-3.8.4-2, MQTT-3.10.4-4; 5: MQTT-2.2.1-5, MQTT-2.2.1-6, MQTT-3.8.4-2, MQTT-3.10.4-5]',
  async (version) => {
    const client = await connected(version)
    client.send(
      publishPacket('t', 'x', { qos: 1, messageId: 0x1234 }),
      publishPacket('t', 'x', { qos: 2, messageId: 0x2345 }),
      { cmd: 'pubrel', messageId: 0x2345 },
      { cmd: 'subscribe', messageId: 0x3456, subscriptions: [{ topic: 'a', qos: 0 }] },
      { cmd: 'unsubscribe', messageId: 0xffff, unsubscriptions: ['a'] }
    )
    expect((await client.sync()).map(({ cmd, messageId }) => [cmd, messageId])).toEqual([
      ['puback', 0x1234],
      ['pubrec', 0x2345],
      ['pubcomp', 0x2345],
      ['suback', 0x3456],
      ['unsuback', 0xffff]
    ])
  }
)

it5('says with a length of 0 that a packet has no properties [5: MQTT-2.2.2-1]', async () => {
  const client = await connected(5)
  const length = async (answer: Promise<{ bytes: Buffer }>): Promise<number> => (await answer).bytes[4]!
  expect(await length(client.subscribe('t'))).toBe(0)
  expect(await length(client.unsubscribe('t'))).toBe(0)
})

it311('needs nothing that MQTT 3.1.1 does not have [3.1.1: MQTT-7.0.0-2]', async () => {
  const client = network().open(4)
  const answer = async (packet: string, from: TestClient, cmd: 'connack' | 'suback'): Promise<string> => {
    from.write(packet)
    return (await from.next(cmd)).bytes.toString('hex')
  }
  expect(await answer('10 0D 0004 4D515454 04 02 0000 0001 61', client, 'connack')).toBe('20020000')
  expect(await answer('82 06 0001 0001 74 00', client, 'suback')).toBe('9003000100')
  client.write('30 04 0001 74 78')
  expect((await client.next('publish')).bytes.toString('hex')).toBe('300400017478')
})

itBoth(
  'reads packets however the transport cuts their bytes [3.1.1: MQTT-6.0.0-2, MQTT-7.1.1-1; 5: MQTT-4.2.0-1, MQTT-6.0.0-2]',
  async (version) => {
    const client = network().open(version)
    const connect = frame('10', text('MQTT'), `0${version}`, '02 0000', properties(version), text('a'))
    const publish = frame('30', text('t'), properties(version), '78')
    const subscribe = frame('82', '0001', properties(version), text('t'), '00')
    const bytes = [connect, subscribe, publish, publish].join('').replaceAll(' ', '')
    for (const byte of bytes.match(/../g)!) client.write(byte)
    await client.next('connack')
    await client.next('suback')
    client.write(publish, publish, publish)
    expect(await client.messages()).toHaveLength(5)
  }
)
