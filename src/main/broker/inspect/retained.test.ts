import { expect, it, vi } from 'vitest'
import type { BrokerRetainedRow } from '../../../shared/contract/workbench'
import { Message } from '../codec/message'
import { messages } from '../core/packet-client.fixture'
import { firstRows, Inspected } from './fixture'

const qos1 = { qos: 1 as const, messageId: 1 }
type By = Parameters<typeof Inspected.prototype.call<'brokerRetained.search'>>[1]['by']

const text = (text: string, payload = false): By => ({ kind: 'text', text, payload })

async function found(
  place: Inspected,
  by: By,
  sort: 'topic' | 'size' | 'receivedAt' | 'expiresIn' = 'topic',
  descending = false
): Promise<BrokerRetainedRow[]> {
  const { search } = await place.call('brokerRetained.search', { by, sort, descending })
  return place.call('brokerRetained.rows', { search, ...firstRows })
}

const topics = (rows: { topic: string }[]): string[] => rows.map(({ topic }) => topic)

/** Retained messages by topic. */
async function holding(payloads: Record<string, string>, onDisk = false): Promise<Inspected> {
  const place = new Inspected(onDisk)
  const p = place.client()
  await p.connect('p', { clean: true, properties: {} })
  for (const [topic, payload] of Object.entries(payloads))
    await p.publish(topic, payload, { ...qos1, retain: true })
  return place
}

async function finished(place: Inspected): Promise<void> {
  await vi.waitFor(async () => expect((await place.call('brokerRetained.work')).running).toBe(false), 20_000)
  await place.clock.settle()
}

it('finds retained messages by text, in payloads too, or by filter, sorted', async () => {
  const place = await holding({ 'plant/A': 'warm', 'plant/b': 'c', 'other/warm': 'Colder' })
  place.broker.announce('$SYS/broker/version', 'warm')
  expect(topics(await found(place, text('')))).toEqual(['other/warm', 'plant/A', 'plant/b'])
  expect(topics(await found(place, text('PLANT/a')))).toEqual(['plant/A'])
  expect(topics(await found(place, text('warm')))).toEqual(['other/warm'])
  expect(topics(await found(place, text('warm', true)))).toEqual(['other/warm', 'plant/A'])
  expect(topics(await found(place, text('$SYS')))).toEqual(['$SYS/broker/version'])
  expect(topics(await found(place, { kind: 'filter', filter: 'plant/+' }))).toEqual(['plant/A', 'plant/b'])
  expect(topics(await found(place, text(''), 'size', true))).toEqual(['other/warm', 'plant/A', 'plant/b'])
})

it('shows a message in full', async () => {
  const place = new Inspected()
  const p = place.client()
  await p.connect('p')
  await p.publish('t', 'hello', {
    ...qos1,
    retain: true,
    properties: {
      messageExpiryInterval: 60,
      payloadFormatIndicator: true,
      contentType: 'text/plain',
      responseTopic: 'r',
      correlationData: Buffer.of(1, 2),
      userProperties: { a: ['1', '2'], b: '3' }
    }
  })
  await place.clock.jump(10_000)
  expect(await place.call('brokerRetained.get', { topic: 't' })).toEqual({
    topic: 't',
    payload: new Uint8Array(Buffer.from('hello')),
    size: 5,
    qos: 1,
    receivedAt: place.clock.now() - 10_000,
    publisher: 'p',
    expiresIn: 50,
    preview: 'hello',
    binary: false,
    cut: false,
    properties: {
      messageExpiryInterval: 60,
      payloadFormatIndicator: true,
      contentType: 'text/plain',
      responseTopic: 'r',
      correlationData: 'AQI=',
      userProperties: { a: ['1', '2'], b: '3' }
    }
  })
  expect(await place.call('brokerRetained.get', { topic: 'none' })).toBeNull()
})

it('publishes an edited message to subscribers, with the properties of the former one, on disk too', async () => {
  const place = new Inspected(true)
  const c = place.client()
  await c.connect('c')
  await c.publish('t', 'old', { ...qos1, retain: true, properties: { contentType: 'text/plain' } })
  await c.ask({ cmd: 'subscribe', messageId: 2, subscriptions: [{ topic: 't', qos: 2 }] })
  await place.call('brokerRetained.set', { topic: 't', payload: Buffer.from('new'), qos: 2, expiry: null })
  await place.clock.settle()
  expect(c.take()).toMatchObject([{ cmd: 'publish', qos: 2, properties: { contentType: 'text/plain' } }])
  await place.restart()
  expect(await place.call('brokerRetained.get', { topic: 't' })).toMatchObject({
    preview: 'new',
    qos: 2,
    publisher: '',
    properties: { contentType: 'text/plain' }
  })
  await expect(
    place.call('brokerRetained.set', { topic: '$SYS/x', payload: Buffer.from('x'), qos: 0, expiry: null })
  ).rejects.toThrow('TOPIC_RESERVED')
})

it('has a message expire in so many seconds from now, over a restart, or never, and tells no subscriber', async () => {
  const place = await holding({ a: 'x', b: 'y' }, true)
  const c = place.client()
  await c.connect('c')
  await c.ask({ cmd: 'subscribe', messageId: 2, subscriptions: [{ topic: '#', qos: 0, rh: 2 }] })
  await place.clock.jump(30_000)
  for (const topic of ['a', 'b']) await place.call('brokerRetained.expire', { topic, seconds: 20 })
  await place.call('brokerRetained.expire', { topic: 'b', seconds: null })
  await place.clock.settle()
  expect(c.take()).toEqual([])
  await place.restart()
  expect(await place.call('brokerRetained.get', { topic: 'a' })).toMatchObject({
    expiresIn: 20,
    publisher: 'p',
    qos: 1
  })
  await place.clock.jump(20_000)
  expect(topics(await found(place, text('')))).toEqual(['b'])
  await expect(place.call('brokerRetained.expire', { topic: 'a', seconds: 1 })).rejects.toMatchObject({
    code: 'NOT_FOUND'
  })
})

it('clears a topic and what is below it, tells subscribers, and publishes it again on undo, on disk too', async () => {
  const place = await holding({ 'a/b': 'one', 'a/b/c': 'two', 'a/bc': 'stays' }, true)
  const c = place.client()
  await c.connect('c')
  await c.ask({ cmd: 'subscribe', messageId: 2, subscriptions: [{ topic: '#', qos: 0, rh: 2 }] })
  const scope = { kind: 'below', topic: 'a/b' } as const
  expect(await place.call('brokerRetained.count', { scope })).toMatchObject({ messages: 2, bytes: 6 })
  await place.call('brokerRetained.clear', { scope })
  await finished(place)
  expect(await place.call('brokerRetained.work')).toEqual({
    running: false,
    kind: 'clear',
    done: 2,
    total: 2,
    skipped: 0,
    undo: { messages: 2, bytes: 3 + 5 + 3 + 7, lost: 0 }
  })
  expect(messages(c.take()).map(([topic, payload]) => [topic, payload])).toEqual([
    ['a/b', ''],
    ['a/b/c', '']
  ])
  await c.publish('a/b', 'newer', { ...qos1, retain: true })
  await place.call('brokerRetained.undo', { overwrite: false })
  await finished(place)
  expect(await place.call('brokerRetained.work')).toMatchObject({
    done: 1,
    skipped: 1,
    undo: { messages: 1 }
  })
  expect((await found(place, text(''))).map(({ topic, preview }) => [topic, preview])).toEqual([
    ['a/b', 'newer'],
    ['a/b/c', 'two'],
    ['a/bc', 'stays']
  ])
  await place.call('brokerRetained.undo', { overwrite: true })
  await finished(place)
  await place.restart()
  expect((await found(place, text('a/b'))).map(({ preview }) => preview)).toEqual(['one', 'two', 'stays'])
  await expect(place.call('brokerRetained.undo', { overwrite: true })).rejects.toMatchObject({
    code: 'NOT_FOUND'
  })
})

it('clears what matches a filter, and nothing else', async () => {
  const place = await holding({ 'a/x/t': '1', 'a/y/t': '2', 'a/x/u': '3', t: '4' })
  const scope = { kind: 'filter', filter: '+/+/t' } as const
  expect(await place.call('brokerRetained.count', { scope })).toMatchObject({ messages: 2, bytes: 2 })
  await place.call('brokerRetained.clear', { scope })
  await finished(place)
  expect(topics(await found(place, text('')))).toEqual(['a/x/u', 't'])
})

it('walks along a level with + one by one, so that what is retained meanwhile is found, too', async () => {
  const place = await holding({ 'a/x': '1', 'b/x': '2', 'b/y': '3', '$own/x': '4' })
  const matching = place.broker.retained.matching('+/x')
  expect(matching.next().value).toMatchObject({ topic: 'a/x' })
  place.broker.retain(Message.of('b/x/z', Buffer.of(1), { retain: true }))
  place.broker.retain(Message.of('c/x', Buffer.of(1), { retain: true }))
  expect(topics([...matching])).toEqual(['b/x', 'c/x'])
})

it('leaves the topics of the broker alone, and does one thing at a time', async () => {
  const place = await holding({ a: 'x' })
  place.broker.announce('$SYS/broker/version', 'x')
  await place.call('brokerRetained.clear', { scope: { kind: 'all' } })
  await expect(place.call('brokerRetained.clear', { scope: { kind: 'all' } })).rejects.toMatchObject({
    code: 'RETAINED_BUSY'
  })
  await finished(place)
  expect(topics([...place.broker.retained.all()])).toEqual(['$SYS/broker/version'])
})

it('searches and clears 200,000 messages in slices, between which the broker goes on', async () => {
  const place = new Inspected()
  const message = (i: number): Message => Message.of(`load/${i % 500}/${i}`, Buffer.of(1), { retain: true })
  for (let i = 0; i < 200_000; i++) place.broker.retain(message(i))
  let turns = 0
  let isOver = false
  const turn = (): void => {
    turns++
    if (!isOver) setImmediate(turn)
  }
  setImmediate(turn)
  const search = await place.call('brokerRetained.search', {
    by: text('load/1/'),
    sort: 'topic',
    descending: false
  })
  expect(search).toMatchObject({ total: 400, sorted: true })
  const all = await place.call('brokerRetained.search', { by: text(''), sort: 'topic', descending: false })
  expect(all).toMatchObject({ total: 200_000, sorted: false })
  expect(turns).toBeGreaterThan(5)
  turns = 0
  await place.call('brokerRetained.clear', { scope: { kind: 'all' } })
  await finished(place)
  isOver = true
  expect(turns).toBeGreaterThan(5)
  expect(await place.call('brokerRetained.work')).toMatchObject({
    done: 200_000,
    undo: { messages: 200_000, lost: 0 }
  })
  expect(place.broker.retained.count).toBe(0)
})

it('does not clear what is left when it is cancelled', async () => {
  const place = new Inspected()
  for (let i = 0; i < 100_000; i++) place.broker.retain(Message.of(`t/${i}`, Buffer.of(1), { retain: true }))
  await place.call('brokerRetained.clear', { scope: { kind: 'all' } })
  while ((await place.call('brokerRetained.work')).done === 0) await new Promise(setImmediate)
  await place.call('brokerRetained.cancel')
  await finished(place)
  expect(place.broker.retained.count).toBeGreaterThan(0)
  expect((await place.call('brokerRetained.work')).done).toBe(100_000 - place.broker.retained.count)
})

it('waits for a subscriber that has to catch up', async () => {
  const place = new Inspected()
  for (let i = 0; i < 50; i++)
    place.broker.retain(Message.of(`t/${i}`, Buffer.alloc(100_000, 1), { retain: true }))
  await place.call('brokerRetained.clear', { scope: { kind: 'all' } })
  await finished(place)
  const c = place.client()
  await c.connect('c')
  await c.ask({ cmd: 'subscribe', messageId: 2, subscriptions: [{ topic: '#', qos: 0 }] })
  c.raw.stream.pause()
  await place.call('brokerRetained.undo', { overwrite: false })
  for (let i = 0; i < 20; i++) await place.clock.settle()
  const { running, done } = await place.call('brokerRetained.work')
  expect(running).toBe(true)
  expect(done).toBeLessThan(30)
  c.raw.stream.resume()
  await vi.waitFor(async () => {
    await place.clock.settle()
    expect((await place.call('brokerRetained.work')).running).toBe(false)
  }, 20_000)
  await place.clock.settle()
  expect(messages(c.take())).toHaveLength(50)
})
