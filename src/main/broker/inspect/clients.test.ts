import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { messages } from '../core/packet-client.fixture'
import { everyClient, firstRows, Inspected } from './fixture'

const all = { text: '', state: 'all', sort: 'id', descending: false, ...firstRows } as const
const qos1 = { qos: 1 as const, messageId: 1 }
const plain = {
  qos: 1,
  noLocal: false,
  retainAsPublished: false,
  retainHandling: 0,
  identifier: null
} as const

it('lists connected and absent clients, the latter with what the history knows of them, also after a restart', async () => {
  const place = new Inspected(true)
  const absent = place.client('10.0.0.1:1000')
  await absent.connect('absent', {
    username: 'ann',
    keepalive: 30,
    properties: { sessionExpiryInterval: 100 }
  })
  await absent.ask({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'a', qos: 1 }] })
  await absent.vanish()
  const goneAt = place.clock.now()
  await place.clock.jump(40_000)
  const here = place.client('10.0.0.2:2000')
  await here.connect('here', { clean: true, properties: {} })
  await here.publish('a', 'x', qos1)
  const before = await place.call('clients.list', all)
  expect(before).toMatchObject({
    total: 2,
    rows: [
      {
        id: 'absent',
        connected: false,
        version: 5,
        address: '10.0.0.1:1000',
        username: 'ann',
        keepAlive: 30,
        since: goneAt,
        sessionExpiry: 100,
        expiresAt: goneAt + 100_000,
        subscriptions: 1,
        waiting: 1
      },
      { id: 'here', connected: true, address: '10.0.0.2:2000', keepAlive: 60, expiresAt: null, received: 1 }
    ]
  })
  await place.restart()
  expect((await place.call('clients.list', all)).rows).toMatchObject([
    { id: 'absent', address: '10.0.0.1:1000', username: 'ann', expiresAt: goneAt + 100_000, waiting: 1 }
  ])
})

it('sorts by a column, with what is not known last, filters by text, and cuts a window out', async () => {
  const place = new Inspected()
  for (const [id, count] of [
    ['dev-a', 2],
    ['dev-B', 3],
    ['other', 1]
  ] as const) {
    const client = place.client(`10.0.0.${count}:1`)
    await client.connect(id)
    for (let i = 0; i < count; i++) await client.publish('t', 'x')
  }
  await place.client().connect('absent')
  place.broker.kick('absent')
  await place.clock.settle()
  const ids = async (more: Partial<Parameters<typeof place.call<'clients.list'>>[1]>): Promise<string[]> =>
    (await place.call('clients.list', { ...everyClient, ...more })).rows.map(({ id }) => id)
  expect(await ids({ sort: 'received' })).toEqual(['other', 'dev-a', 'dev-B', 'absent'])
  expect(await ids({ sort: 'received', descending: true })).toEqual(['dev-B', 'dev-a', 'other', 'absent'])
  expect(await ids({ text: 'DEV-' })).toEqual(['dev-B', 'dev-a'])
  expect(await ids({ text: '10.0.0.1' })).toEqual(['other'])
  expect(await ids({ state: 'absent' })).toEqual(['absent'])
  const second = await place.call('clients.list', { ...everyClient, offset: 1, limit: 1, sort: 'received' })
  expect([second.total, second.rows.map(({ id }) => id)]).toEqual([4, ['dev-a']])
})

it('tells rates once it has counted twice, and who is slow to acknowledge', async () => {
  const place = new Inspected()
  const s = place.client()
  await s.connect('s')
  await s.ask({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: '#', qos: 1 }] })
  const p = place.client()
  await p.connect('p')
  const row = async (): Promise<unknown> =>
    (await place.call('clients.list', { ...everyClient, text: 's' })).rows[0]
  expect(await row()).toMatchObject({ rateOut: null, unacknowledgedSince: null })
  for (let i = 1; i <= 4; i++) await p.publish('t', 'x', { qos: 1, messageId: i })
  const sentAt = place.clock.now()
  await s.acknowledge('puback', 1)
  await place.clock.jump(2_000)
  expect(await row()).toMatchObject({
    sent: 4,
    acknowledged: 1,
    rateOut: 2,
    rateAcknowledged: 0.5,
    inFlight: 3,
    unacknowledgedSince: sentAt
  })
  // Asked again too soon, it says the same.
  await place.clock.jump(100)
  expect(await row()).toMatchObject({ rateOut: 2 })
  // What happened long ago is no rate.
  await place.clock.jump(60_000)
  expect(await row()).toMatchObject({ rateOut: null })
})

it('shows a CONNECT in full, without its password', async () => {
  const place = new Inspected()
  const client = place.client()
  await client.connect('c', {
    clean: true,
    keepalive: 10,
    username: 'ann',
    password: Buffer.from('s3cret'),
    properties: {
      sessionExpiryInterval: 5,
      receiveMaximum: 7,
      maximumPacketSize: 1_000,
      topicAliasMaximum: 3,
      requestResponseInformation: true,
      requestProblemInformation: false,
      userProperties: { a: ['1', '2'], b: 'ü' }
    },
    will: {
      topic: 'gone',
      payload: Buffer.from('bye'),
      qos: 1,
      retain: true,
      properties: { willDelayInterval: 9, contentType: 'text/plain', userProperties: { k: 'v' } }
    }
  })
  const found = await place.call('clients.get', { clientId: 'c' })
  expect(found?.connect).toEqual({
    version: 5,
    clientId: 'c',
    cleanStart: true,
    keepAlive: 10,
    username: 'ann',
    password: true,
    authenticationData: false,
    authenticationMethod: null,
    sessionExpiry: 5,
    receiveMaximum: 7,
    maximumPacketSize: 1_000,
    topicAliasMaximum: 3,
    requestProblemInformation: false,
    requestResponseInformation: true,
    userProperties: [
      ['a', '1'],
      ['a', '2'],
      ['b', 'ü']
    ],
    will: {
      topic: 'gone',
      payload: new Uint8Array(Buffer.from('bye')),
      qos: 1,
      retain: true,
      delay: 9,
      properties: { contentType: 'text/plain', userProperties: { k: 'v' } },
      discarded: false
    }
  })
  expect(await place.call('clients.get', { clientId: 'nobody' })).toBeNull()
})

it('subscribes and unsubscribes on behalf of a connected client, with retained messages, over a restart', async () => {
  const place = new Inspected(true)
  const c = place.client()
  await c.connect('c')
  await c.publish('a/b', 'kept', { ...qos1, retain: true })
  await place.call('clients.subscribe', { clientId: 'c', filter: 'a/#', ...plain, identifier: 7 })
  await place.clock.settle()
  expect(c.take()).toMatchObject([
    { cmd: 'publish', topic: 'a/b', retain: true, properties: { subscriptionIdentifier: 7 } }
  ])
  const file = new Database(join(place.folder, 'broker.db'), { readonly: true })
  const onDisk = file.prepare('SELECT filter FROM subscription ORDER BY filter').pluck()
  await place.call('clients.subscribe', { clientId: 'c', filter: 'other', ...plain })
  await place.clock.settle()
  expect(onDisk.all()).toEqual(['a/#', 'other'])
  await place.call('clients.unsubscribe', { clientId: 'c', filter: 'other' })
  await place.clock.settle()
  expect(onDisk.all()).toEqual(['a/#'])
  file.close()
  await place.restart()
  expect(await place.call('clients.subscriptions', { clientId: 'c', ...firstRows })).toEqual({
    total: 1,
    rows: [{ ...plain, filter: 'a/#', identifier: 7 }]
  })
  await expect(place.call('clients.unsubscribe', { clientId: 'c', filter: 'x' })).rejects.toMatchObject({
    code: 'NOT_FOUND'
  })
  await expect(
    place.call('clients.subscribe', { clientId: 'nobody', filter: 'x', ...plain })
  ).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

it('has retained messages wait for an absent client on whose behalf it subscribes', async () => {
  const place = new Inspected(true)
  const p = place.client()
  await p.connect('p')
  await p.publish('a', 'kept', { ...qos1, retain: true })
  const c = place.client()
  await c.connect('c')
  await c.vanish()
  await place.call('clients.subscribe', { clientId: 'c', filter: 'a', ...plain })
  await place.clock.settle()
  await place.restart()
  expect(messages(await place.client().connect('c'))).toEqual([['a', 'kept', 1, false]])
})

it('shows each message on its way to a client, and where its handshake stands', async () => {
  const place = new Inspected(true)
  const s = place.client()
  await s.connect('s', { properties: { sessionExpiryInterval: 0xffffffff, receiveMaximum: 3 } })
  await s.ask({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: '#', qos: 2 }] })
  const p = place.client()
  await p.connect('p')
  const sentAt = place.clock.now()
  await p.publish('a', 'one', qos1)
  await p.publish('b', 'two', { qos: 2, messageId: 2 })
  await p.publish('c', 'three', { qos: 2, messageId: 3 })
  await p.publish('d', 'four', { qos: 1, messageId: 4, properties: { messageExpiryInterval: 60 } })
  await s.acknowledge('pubrec', 2)
  await place.clock.jump(10_000)
  const queue = await place.call('clients.queue', { clientId: 's', ...firstRows })
  expect(queue).toMatchObject({
    inFlight: 3,
    waiting: 1,
    rows: [
      {
        number: 0,
        stage: 'PUBACK',
        packetId: 1,
        qos: 1,
        sentAt,
        dup: false,
        message: { topic: 'a', preview: 'one' }
      },
      { number: 1, stage: 'PUBCOMP', packetId: 2, qos: 2, sentAt, message: null },
      {
        number: 2,
        stage: 'PUBREC',
        packetId: 3,
        message: { topic: 'c', receivedAt: sentAt, publisher: 'p' }
      },
      {
        number: 3,
        stage: 'waiting',
        sentAt: null,
        dup: false,
        message: { topic: 'd', size: 4, expiresIn: 50, preview: 'four', binary: false, cut: false }
      }
    ]
  })
  const { rows } = await place.call('clients.queue', { clientId: 's', offset: 2, limit: 2 })
  expect(rows.map(({ number }) => number)).toEqual([2, 3])
  // After a restart they are to be sent again.
  await place.restart()
  expect((await place.call('clients.queue', { clientId: 's', ...firstRows })).rows).toMatchObject([
    { number: 1, stage: 'PUBCOMP', sentAt: null },
    { number: 0, stage: 'waiting', dup: true },
    { number: 2, stage: 'waiting', dup: true },
    { number: 3, stage: 'waiting', dup: false }
  ])
})

it('discards messages, on disk too, and the client’s window goes on', async () => {
  const place = new Inspected(true)
  const s = place.client()
  await s.connect('s', { properties: { sessionExpiryInterval: 0xffffffff, receiveMaximum: 1 } })
  await s.ask({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: '#', qos: 1 }] })
  const p = place.client()
  await p.connect('p')
  for (const text of ['one', 'two', 'three', 'four']) await p.publish('t', text, qos1)
  s.take()
  // The one in flight and one that waits.
  expect(await place.call('clients.dropQueued', { clientId: 's', numbers: [0, 2, 99] })).toEqual({
    dropped: 2
  })
  await place.clock.settle()
  expect(messages(s.take())).toEqual([['t', 'two', 2, false]])
  expect((await place.call('overview.get')).waiting).toEqual({ count: 1, bytes: 3 + 4 })
  await place.restart()
  const again = place.client()
  expect(messages(await again.connect('s')).map(([, payload]) => payload)).toEqual(['two', 'four'])
  await again.vanish()
  expect(await place.call('clients.dropQueued', { clientId: 's', numbers: null })).toEqual({ dropped: 2 })
  await place.clock.settle()
  await place.restart()
  expect(await place.call('clients.queue', { clientId: 's', ...firstRows })).toMatchObject({ rows: [] })
  expect(await place.call('overview.get')).toMatchObject({ waiting: { count: 0, bytes: 0 }, inFlight: 0 })
})
