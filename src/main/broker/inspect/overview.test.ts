import { expect, it } from 'vitest'
import type { Broker } from '../core/broker'
import { Inspected } from './fixture'
import { Sampler } from './sampler'

const qos1 = { qos: 1 as const, messageId: 1 }

it('counts what goes through the broker, what waits, and what is dropped, by cause', async () => {
  const place = new Inspected(false, { limits: { queueMessages: 2 } })
  const s = place.client()
  await s.connect('s', { properties: { sessionExpiryInterval: 100, maximumPacketSize: 100 } })
  await s.ask({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'a/#', qos: 1 }] })
  const p = place.client()
  await p.connect('p', { clean: true, properties: {} })
  await p.publish('a/b', 'hello', qos1)
  await p.publish('a/b', 'x'.repeat(200), { qos: 1, messageId: 2 })
  await p.publish('nobody/listens', 'x', { retain: true })
  await s.vanish()
  for (let i = 0; i < 4; i++) await p.publish('a/c', 'x', { qos: 1, messageId: 10 + i })
  const refuse = place.broker.hooks.add({ publish: () => 0x87 })
  await p.publish('a/b', 'x')
  refuse()
  place.broker.announce('$SYS/broker/version', 'not counted')
  expect(await place.call('overview.get')).toMatchObject({
    totals: {
      messagesIn: 8,
      messagesOut: 1,
      dropped: { unsubscribed: 1, queueFull: 2, tooLarge: 1, refused: 1, expired: 0 }
    },
    clients: 1,
    mostClients: 2,
    absent: 1,
    subscriptions: 1,
    retained: { count: 1, bytes: 17 },
    waiting: { count: 2, bytes: 12 },
    inFlight: 1,
    eventsFault: null
  })
  await place.clock.jump(101_000)
  expect(await place.call('overview.get')).toMatchObject({
    absent: 0,
    expiredSessions: 1,
    waiting: { count: 0, bytes: 0 },
    inFlight: 0
  })
})

it('tells rates, and keeps an hour of samples of which a page asks for the new ones', async () => {
  const place = new Inspected()
  const p = place.client()
  await p.connect('p')
  await place.second()
  const since = place.clock.now()
  for (let i = 0; i < 3; i++) await p.publish('t', 'x')
  await place.second()
  expect((await place.call('overview.get')).rates).toMatchObject({
    messagesIn: 3,
    dropped: { unsubscribed: 3 }
  })
  await place.second()
  const news = await place.call('overview.history', { after: since })
  expect(news.times).toEqual([since + 1_000, since + 2_000])
  expect(news.columns).toMatchObject({ messagesIn: [3, 0], unsubscribed: [3, 0], clients: [1, 1] })
  for (let i = 0; i < 3_700; i++) await place.second()
  const all = await place.call('overview.history', { after: null })
  expect(all.times).toHaveLength(3_600)
  expect(all.times.at(-1)).toBe(place.clock.now())
  expect(all.times[0]).toBe(place.clock.now() - 3_599_000)
  expect(all.columns.memory.every((bytes) => bytes > 0)).toBe(true)
})

it('tells rates per second when a sample comes late, as after the computer slept, and none when the clock was set back', async () => {
  const place = new Inspected()
  const p = place.client()
  await p.connect('p')
  await place.second()
  for (let i = 0; i < 10; i++) await p.publish('t', 'x')
  await place.clock.jump(5_000)
  expect((await place.call('overview.get')).rates.messagesIn).toBe(2)
  await place.clock.jump(-60_000)
  await place.clock.jump(61_000)
  await place.second()
  expect((await place.call('overview.get')).rates.messagesIn).toBe(0)
})

it('does the same work each second, however many clients, sessions, subscriptions and retained messages there are', async () => {
  const work: number[] = []
  for (const size of [3, 300]) {
    const place = new Inspected()
    for (let i = 0; i < size; i++) {
      const client = place.client()
      await client.connect(`c${i}`)
      await client.ask({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: `t/${i}`, qos: 1 }] })
      await client.publish(`t/${i}`, 'x', { ...qos1, retain: true })
      if (i % 2 === 0) await client.vanish()
    }
    let reads = 0
    const sampler = new Sampler(
      counting(place.broker, () => reads++),
      place.clock
    )
    sampler.start()
    reads = 0
    await place.second()
    work.push(reads)
    expect(sampler.history(null).columns.retained).toEqual([size])
    sampler.stop()
  }
  expect(work[0]).toBeGreaterThan(10)
  expect(work[1]).toBe(work[0])
})

/** The broker, which counts each property that is read of it and of everything in it, and each step of an iteration. */
function counting(broker: Broker, count: () => void): Broker {
  const wrapped = <T>(value: T): T => {
    if (typeof value !== 'object' || value === null) return value
    return new Proxy(value, {
      get(target, key, receiver) {
        count()
        const isNative = target instanceof Map || target instanceof Set
        const found: unknown = Reflect.get(target, key, isNative ? target : receiver)
        if (typeof found !== 'function') return wrapped(found)
        // An iterator's `next` is such a function, too.
        return (...given: unknown[]) =>
          wrapped((found as (...given: unknown[]) => unknown).apply(isNative ? target : receiver, given))
      }
    })
  }
  return wrapped(broker)
}
