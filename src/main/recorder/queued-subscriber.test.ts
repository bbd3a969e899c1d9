import { expect, it } from 'vitest'
import { newEntry } from '../history/topics'
import type { RecordedMessage } from './message'
import { MessageStream } from './message-stream'
import { QueuedSubscriber } from './queued-subscriber'

const entry = newEntry(1, 'a')

const messages = (first: number, count: number, payload = Buffer.from('x')): RecordedMessage[] =>
  Array.from({ length: count }, (_, index) => ({
    topic: 'a',
    payload,
    qos: 0,
    retain: false,
    dup: false,
    properties: null,
    id: first + index,
    receivedAt: first + index,
    entry,
    topicMessages: first + index
  }))

/** A subscriber that takes a burst, then waits for `goOn`. */
function slow(limits = { messages: 5, bytes: 100 }) {
  const stream = new MessageStream()
  const taken: number[][] = []
  const kept: RecordedMessage[] = []
  let goOn: (() => void) | null = null
  const subscriber = new QueuedSubscriber(
    'slow',
    (burst) => {
      taken.push(burst.map(({ id }) => id))
      kept.push(...burst)
      return new Promise((resolve) => (goOn = resolve))
    },
    limits
  )
  stream.subscribe(subscriber)
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
  return { stream, subscriber, taken, kept, turn, goOn: () => goOn?.() }
}

it('queues messages for a slow subscriber up to a limit, and counts the rest as missed', async () => {
  const { stream, subscriber, taken, turn, goOn } = slow()
  stream.publish(messages(1, 2))
  await turn()
  stream.publish(messages(3, 8))
  expect([taken, subscriber.missed]).toEqual([[[1, 2]], 3])
  goOn()
  await turn()
  expect(taken).toEqual([
    [1, 2],
    [3, 4, 5, 6, 7]
  ])
  goOn()
  await turn()
  stream.publish(messages(11, 1))
  await turn()
  expect(taken.at(-1)).toEqual([11])
})

it('limits the waiting bytes, and copies payloads', async () => {
  const { stream, subscriber, kept, turn } = slow()
  const socketBuffer = Buffer.alloc(64_000, 'a')
  stream.publish(messages(1, 3, socketBuffer.subarray(0, 40)))
  await turn()
  expect([kept.length, subscriber.missed]).toEqual([2, 1])
  socketBuffer.fill('b')
  expect(kept[0]!.payload.toString()).toBe('a'.repeat(40))
  expect(kept[0]!.payload.buffer).not.toBe(socketBuffer.buffer)
})

it('counts messages as missed when the subscriber fails, and continues', async () => {
  const stream = new MessageStream()
  const taken: number[] = []
  const subscriber = new QueuedSubscriber(
    'broken',
    async ([message]) => {
      if (message!.id === 1) throw new Error('no')
      taken.push(message!.id)
      return Promise.resolve()
    },
    { messages: 10, bytes: 100 }
  )
  stream.subscribe(subscriber)
  stream.publish(messages(1, 3))
  await new Promise((resolve) => setImmediate(resolve))
  stream.publish(messages(4, 1))
  await new Promise((resolve) => setImmediate(resolve))
  expect([taken, subscriber.missed]).toEqual([[4], 3])
})
