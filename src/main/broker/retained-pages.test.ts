import { expect, it } from 'vitest'
import { TestNetwork } from './core/fixture'
import { RetainedPages } from './retained-pages'

it('gives every retained message once, page by page, with what its publisher said', async () => {
  const network = new TestNetwork()
  const { broker, clock } = network
  const client = await network.connect(5)
  broker.announce('$SYS/broker/version', '1')
  const properties = {
    payloadFormatIndicator: true,
    messageExpiryInterval: 100,
    contentType: 'text/plain',
    responseTopic: 'answer',
    correlationData: Buffer.from([0, 255]),
    userProperties: { a: ['1', '2'], b: '3' }
  }
  await client.publish('all', 'payload', { retain: true, qos: 1, properties })
  await client.publish('short', 'x', { retain: true, properties: { messageExpiryInterval: 5 } })
  for (let i = 0; i < 1_500; i++) await client.publish(`many/${i}`, `${i}`, { retain: true })
  clock.advance(10_000)

  const pages = new RetainedPages(broker.retained, () => clock.now())
  const first = pages.next('a')
  expect(first).toMatchObject({ isLast: false, total: 1_502 })
  const second = pages.next('a')
  expect(second.isLast).toBe(true)
  const all = [...first.messages, ...second.messages]
  expect(new Set(all.map(({ topic }) => topic)).size).toBe(1_501)
  expect(all).toHaveLength(1_501)
  expect(all.find(({ topic }) => topic === 'all')).toEqual({
    topic: 'all',
    payload: Uint8Array.from(Buffer.from('payload')),
    qos: 1,
    properties: {
      ...properties,
      messageExpiryInterval: 90,
      correlationData: Buffer.from([0, 255]).toString('base64')
    }
  })
  // Small pages must not take the large buffers along in which the broker keeps its messages.
  for (const { payload } of all) expect(payload.buffer.byteLength).toBe(payload.length)
  network.close()
})

it('ends a page after a megabyte, keeps readers apart, and begins anew for one that gave up', async () => {
  const network = new TestNetwork()
  const client = await network.connect(5)
  for (const topic of ['a', 'b', 'c']) await client.publish(topic, Buffer.alloc(600_000), { retain: true })
  const pages = new RetainedPages(network.broker.retained, () => network.clock.now())
  const topics = (reader: string): string[] => pages.next(reader).messages.map(({ topic }) => topic)
  const [first] = [topics('x')]
  expect(first).toHaveLength(2)
  expect(topics('y')).toEqual(first)
  expect(topics('x')).toHaveLength(1)
  pages.forget('y')
  expect(topics('y')).toEqual(first)
  network.close()
})
