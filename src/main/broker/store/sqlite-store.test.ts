import Database from 'better-sqlite3'
import type { Packet } from 'mqtt-packet'
import { expect, it } from 'vitest'
import { messages } from '../core/packet-client.fixture'
import { ALL, Place, subscribed } from './place.fixture'

const qos1 = { qos: 1 as const, messageId: 1 }

it('keeps sessions over a restart, and no others', async () => {
  const place = new Place()
  const kept = place.client()
  await kept.connect('kept')
  await place.client().connect('clean', { properties: {} })
  await place.restart()
  expect([...place.broker.sessions.all()].map(({ clientId }) => clientId)).toEqual(['kept'])
  expect(await place.client().connect('kept')).toMatchObject([{ cmd: 'connack', sessionPresent: true }])
  expect(await place.client().connect('clean')).toMatchObject([{ cmd: 'connack', sessionPresent: false }])
})

it('forgets a session that starts again clean, or is not to be kept any more', async () => {
  const place = new Place()
  for (const id of ['a', 'b']) {
    const client = place.client()
    await client.connect(id)
    await client.ask(ALL)
    await client.vanish()
  }
  await place.client().connect('a', { clean: true, properties: {} })
  await place.client().connect('b', { properties: {} })
  await place.restart()
  expect(place.broker.sessions.count).toBe(0)
  expect(place.broker.subscriptions.count).toBe(0)
})

it('keeps subscriptions with all their options', async () => {
  const place = new Place()
  const client = place.client()
  await client.connect('s')
  await client.ask({
    cmd: 'subscribe',
    messageId: 1,
    properties: { subscriptionIdentifier: 16_384 },
    subscriptions: [{ topic: 'a/+', qos: 1, nl: true, rap: true, rh: 1 }]
  })
  await client.ask({
    cmd: 'subscribe',
    messageId: 2,
    subscriptions: [
      { topic: '$share/g/b', qos: 2, rh: 2 },
      { topic: 'gone', qos: 0 }
    ]
  })
  await client.ask({ cmd: 'unsubscribe', messageId: 3, unsubscriptions: ['gone'] })
  await place.restart()
  const session = place.broker.sessions.find('s')!
  const plain = { qos: 2, noLocal: false, retainAsPublished: false, identifier: 0 }
  expect([...place.broker.subscriptions.of(session)]).toEqual(
    expect.arrayContaining([
      {
        filter: 'a/+',
        options: { qos: 1, noLocal: true, retainAsPublished: true, retainHandling: 1, identifier: 16_384 }
      },
      { filter: '$share/g/b', options: { ...plain, retainHandling: 2 } }
    ])
  )
  expect(place.broker.subscriptions.count).toBe(2)
})

it('keeps what waits for an absent client, in order and with its properties', async () => {
  const place = new Place()
  const { s, p } = await subscribed(place)
  await s.vanish()
  await p.publish('a', 'first', {
    ...qos1,
    properties: { contentType: 'text/plain', userProperties: { k: 'v' }, messageExpiryInterval: 100 }
  })
  await p.publish('b', 'second', { qos: 2, messageId: 2 })
  await p.publish('c', 'never', { qos: 0 })
  await place.restart()
  await place.clock.jump(40_000)
  const again = place.client()
  const packets = await again.connect('s')
  expect(messages(packets)).toEqual([
    ['a', 'first', 1, false],
    ['b', 'second', 2, false]
  ])
  expect(packets[1]).toMatchObject({
    qos: 1,
    properties: { contentType: 'text/plain', userProperties: { k: 'v' }, messageExpiryInterval: 60 }
  })
})

it('has a QoS 1 message on disk before its PUBACK leaves', async () => {
  const place = new Place()
  const { s, p } = await subscribed(place)
  await s.vanish()
  const file = new Database(place.path, { readonly: true })
  const count = file.prepare('SELECT count(*) FROM outgoing').pluck()
  const onDisk: unknown[] = []
  p.raw.stream.on('data', () => onDisk.push(count.get()))
  await p.publish('a', 'x', qos1)
  expect(onDisk).toEqual([1])
  file.close()
})

it('sends what was not acknowledged again, with the same packet identifiers and DUP [MQTT-4.4.0-1]', async () => {
  const place = new Place()
  const { s, p } = await subscribed(place, 2)
  for (const text of ['one', 'two', 'three']) await p.publish('t', text, qos1)
  expect(messages(s.take())).toEqual([
    ['t', 'one', 1, false],
    ['t', 'two', 2, false]
  ])
  expect(messages(await s.acknowledge('puback', 2))).toEqual([['t', 'three', 3, false]])
  await p.publish('t', 'four', qos1)
  await place.restart()
  // DUP stays, over a restart that nobody used and a connection that took one message only.
  await place.restart()
  const narrow = place.client()
  expect(
    messages(await narrow.connect('s', { properties: { sessionExpiryInterval: 500, receiveMaximum: 1 } }))
  ).toEqual([['t', 'one', 1, true]])
  await place.restart()
  expect(messages(await place.client().connect('s'))).toEqual([
    ['t', 'one', 1, true],
    ['t', 'three', 3, true],
    ['t', 'four', 4, false]
  ])
})

it('marks as DUP what a client may have got from a broker that was killed, also after 65,535 messages', async () => {
  const place = new Place()
  const { p } = await subscribed(place)
  await p.publish('t', 'maybe', qos1)
  await place.kill((database) => database.exec('UPDATE outgoing SET first = 100000'))
  expect(messages(await place.client().connect('s'))).toEqual([['t', 'maybe', (100_000 % 65_535) + 1, true]])
})

it('knows the QoS 2 messages of a client that it has not released [MQTT-4.3.3]', async () => {
  const place = new Place()
  const { s } = await subscribed(place)
  await s.ask({ cmd: 'unsubscribe', messageId: 9, unsubscriptions: ['#'] })
  const sink = place.client()
  await sink.connect('sink')
  await sink.ask(ALL)
  const message = { qos: 2 as const, messageId: 7 }
  expect(await s.publish('t', 'once', message)).toMatchObject([{ cmd: 'pubrec', messageId: 7 }])
  await place.restart()
  const again = place.client()
  await again.connect('s')
  expect(await again.publish('t', 'once', { ...message, dup: true })).toMatchObject([
    { cmd: 'pubrec', messageId: 7 }
  ])
  expect(await again.acknowledge('pubrel', 7)).toMatchObject([{ cmd: 'pubcomp', messageId: 7 }])
  // Released for good: the same identifier is a new message.
  await place.restart()
  const third = place.client()
  await third.connect('s')
  await third.publish('t', 'next', message)
  const reader = place.client()
  expect(messages(await reader.connect('sink')).map(([, payload]) => payload)).toEqual(['once', 'next'])
})

it('releases a QoS 2 message to a client without sending it again [MQTT-4.3.3]', async () => {
  const place = new Place()
  const { s, p } = await subscribed(place)
  await p.publish('t', 'x', { qos: 2, messageId: 1 })
  await p.acknowledge('pubrel', 1)
  expect(messages(s.take())).toEqual([['t', 'x', 1, false]])
  expect(await s.acknowledge('pubrec', 1)).toMatchObject([{ cmd: 'pubrel', messageId: 1 }])
  await place.restart()
  const again = place.client()
  expect(await again.connect('s')).toMatchObject([{ cmd: 'connack' }, { cmd: 'pubrel', messageId: 1 }])
  expect(await again.acknowledge('pubcomp', 1)).toEqual([])
  await place.restart()
  expect(await place.client().connect('s')).toMatchObject([{ cmd: 'connack' }])
})

it('takes as many QoS 2 messages as its Receive Maximum while they wait for the disk', async () => {
  const place = new Place(undefined, { limits: { receiveMaximum: 10 } })
  const { s } = await subscribed(place)
  const publishes = Array.from({ length: 10 }, (_, i): Packet => {
    return { cmd: 'publish', topic: 't', payload: 'x', qos: 2, messageId: i + 1, retain: false, dup: false }
  })
  const answers = await s.ask(...publishes)
  expect(answers.filter(({ cmd }) => cmd === 'pubrec')).toHaveLength(10)
  expect(place.broker.refusals).toEqual([])
})

it('keeps retained messages with properties and what is left of their expiry', async () => {
  const place = new Place()
  const p = place.client()
  await p.connect('p', { properties: {} })
  const retain = { retain: true, ...qos1 }
  await p.publish('kept', 'x', {
    ...retain,
    properties: { messageExpiryInterval: 100, contentType: 'a/b', correlationData: Buffer.of(0, 1) }
  })
  await p.publish('replaced', 'old', retain)
  await p.publish('replaced', 'new', retain)
  await p.publish('removed', 'x', retain)
  await p.publish('removed', '', retain)
  await p.publish('expired', 'x', { ...retain, properties: { messageExpiryInterval: 10 } })
  await place.restart()
  await place.clock.jump(30_000)
  const client = place.client()
  await client.connect('c')
  const packets = await client.ask(ALL)
  expect(messages(packets).map(([topic, payload]) => [topic, payload])).toEqual(
    expect.arrayContaining([
      ['kept', 'x'],
      ['replaced', 'new']
    ])
  )
  expect(messages(packets)).toHaveLength(2)
  expect(packets.find((packet) => packet.cmd === 'publish' && packet.topic === 'kept')).toMatchObject({
    qos: 1,
    retain: true,
    properties: { messageExpiryInterval: 70, contentType: 'a/b', correlationData: Buffer.of(0, 1) }
  })
})

it('counts a session’s expiry on while the broker is not running', async () => {
  const place = new Place()
  const expiring = { properties: { sessionExpiryInterval: 100 } }
  for (const id of ['a', 'b']) {
    const client = place.client()
    await client.connect(id, expiring)
    await client.vanish()
  }
  place.broker.close()
  await place.clock.jump(60_000)
  await place.restart()
  expect(await place.client().connect('a', expiring)).toMatchObject([{ sessionPresent: true }])
  await place.clock.jump(41_000)
  expect([...place.broker.sessions.all()].map(({ clientId }) => clientId)).toEqual(['a'])
})

it('counts the expiry of a client that was connected from the first start after a kill', async () => {
  const place = new Place()
  await place.client().connect('a', { properties: { sessionExpiryInterval: 100 } })
  await place.kill()
  await place.clock.jump(60_000)
  await place.kill()
  await place.clock.jump(41_000)
  expect(place.broker.sessions.count).toBe(0)
})
