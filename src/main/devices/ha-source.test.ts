import { expect, it } from 'vitest'
import { HeardMessages } from './ha-source'

/** Topics that each have one message of 1,000 characters, and the number of reads. */
function heard(bytes?: number) {
  let reads = 0
  const lastIds = new Map<string, number>()
  const messages = new HeardMessages(
    {
      lastId: (topic) => lastIds.get(topic) ?? 1,
      last: () => {
        reads++
        return { receivedAt: 5, size: 1_000, start: Buffer.alloc(1_000, 'x') }
      }
    },
    bytes
  )
  const readsOf = (...topics: string[]): number => {
    const before = reads
    for (const topic of topics)
      expect(messages.newest(topic)).toMatchObject({ at: 5, text: 'x'.repeat(1_000) })
    return reads - before
  }
  return { messages, readsOf, lastIds }
}

it('a message is read once, until there is a newer one or all are forgotten', () => {
  const { messages, readsOf, lastIds } = heard()
  expect(readsOf('a', 'a', 'b')).toBe(2)
  lastIds.set('a', 2)
  expect(readsOf('a', 'a', 'b')).toBe(1)
  messages.clear()
  expect(readsOf('a', 'b')).toBe(2)
})

it('messages beyond the memory budget make room by forgetting all others', () => {
  const { readsOf, lastIds } = heard(5_000)
  expect(readsOf('a', 'b', 'a', 'b')).toBe(2)
  // A newer message takes the place of the older one.
  for (let id = 2; id < 20; id++) expect(readsOf(...(lastIds.set('a', id), ['a', 'b']))).toBe(1)
  expect(readsOf('c', 'c')).toBe(1)
  expect(readsOf('a', 'b')).toBe(2)
})

it('messages that never fit are read each time', () => {
  const { readsOf } = heard(1_000)
  expect(readsOf('a', 'a')).toBe(2)
})
