import { describe, expect, it } from 'vitest'
import { historyOf, type FixtureMessage } from './fixture'
import { TrafficSums } from './traffic-sums'

describe('what came on each topic of a history', () => {
  it('is summed up in parts: incoming messages and payload bytes, with the time from the first to the last', () => {
    const messages: FixtureMessage[] = Array.from({ length: 50_000 }, (_, index) => ({
      topic: `t/${index % 7}`,
      payload: 'x'.repeat(index % 5),
      receivedAt: 1_000_000 + index * 1_000,
      direction: index % 10 === 9 ? 'out' : 'in'
    }))
    const sums = TrafficSums.open(historyOf(messages).path)
    const shares = []
    do shares.push(sums.step(0.001))
    while (shares.at(-1)! < 1)
    expect(shares).toEqual([expect.closeTo(0.4, 2), expect.closeTo(0.8, 2), 1])
    const expected = new Map<string, { messages: number; bytes: number }>()
    for (const { topic, payload, direction } of messages) {
      if (direction === 'out') continue
      const sum = expected.get(topic) ?? { messages: 0, bytes: 0 }
      expected.set(topic, { messages: sum.messages + 1, bytes: sum.bytes + payload!.length })
    }
    const found = [...sums.counted()].map(({ topic, ...sum }) => [topic, sum] as const)
    expect(new Map(found)).toEqual(expected)
    expect(sums.seconds).toBeCloseTo(49.998, 3)
    sums.close()
  })

  it('is nothing where nothing came', () => {
    const sums = TrafficSums.open(historyOf([{ topic: 'a', direction: 'out' }]).path)
    expect(sums.step(100)).toBe(1)
    expect([...sums.counted()]).toEqual([])
    sums.close()
  })
})
