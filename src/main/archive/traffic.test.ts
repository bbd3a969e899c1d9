import { afterEach, describe, expect, it } from 'vitest'
import { historyOf } from '../history/fixture'
import { HistoryTraffic } from './traffic'

const query = { by: 'messages', group: 'topics', under: null, limit: 10 } as const
const history = (topic: string): string =>
  historyOf(Array.from({ length: 50_000 }, () => ({ topic, payload: 'x' }))).path

describe('the traffic of whole histories', () => {
  const traffic = new HistoryTraffic(0)
  afterEach(() => traffic.close())

  it('is summed up for two tabs at the same time, a part of each in turn', () => {
    const histories = [history('a'), history('b')]
    const shares = histories.map((path) => [traffic.step(path, query, true).share])
    // Each needs three parts: neither restarts because the other was requested.
    for (let turn = 0; turn < 2; turn++)
      for (const [index, path] of histories.entries())
        shares[index]!.push(traffic.step(path, query, false).share)
    for (const parts of shares) expect(parts).toEqual([expect.closeTo(0.4, 2), expect.closeTo(0.8, 2), 1])
    expect(traffic.step(histories[0]!, query, false).ranking?.rows[0]).toMatchObject({
      path: 'a',
      messages: 50_000
    })
  })

  it('keeps the sums of a few histories, and restarts one that was dropped', () => {
    const first = history('first')
    traffic.step(first, query, true)
    for (let other = 0; other < 8; other++) traffic.step(historyOf([{ topic: 'x' }]).path, query, true)
    expect(traffic.step(first, query, false).share).toBeCloseTo(0.4, 2)
  })

  it('restarts on request', () => {
    const path = history('a')
    traffic.step(path, query, true)
    expect(traffic.step(path, query, true).share).toBeCloseTo(0.4, 2)
  })
})
