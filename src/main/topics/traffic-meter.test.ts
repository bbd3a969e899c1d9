import { describe, expect, it } from 'vitest'
import { TrafficMeter } from './traffic-meter'

/** Ticks are quarters of a second. */
const start = 1_000_000

describe('the traffic of the last minute', () => {
  it('counts messages and bytes of each topic within the requested time', () => {
    const meter = new TrafficMeter(start)
    for (let second = 0; second < 30; second++) meter.count(7, 10, start + second * 4)
    for (let second = 25; second < 30; second++) meter.count(9, 1_000, start + second * 4)
    const now = start + 30 * 4
    expect(meter.recent(10, now)).toEqual({
      seconds: 10,
      topics: [
        { id: 7, messages: 10, bytes: 100 },
        { id: 9, messages: 5, bytes: 5_000 }
      ]
    })
    expect(meter.recent(60, now).topics[0]).toEqual({ id: 7, messages: 30, bytes: 300 })
  })

  it('returns how long it has been counting if that is less than the requested time', () => {
    const meter = new TrafficMeter(start)
    meter.count(1, 1, start + 2)
    expect(meter.recent(10, start + 12)).toEqual({ seconds: 3, topics: [{ id: 1, messages: 1, bytes: 1 }] })
  })

  it('forgets messages older than a minute, even after a silence', () => {
    const meter = new TrafficMeter(start)
    meter.count(1, 1, start)
    meter.count(2, 1, start + 100 * 4)
    expect(meter.recent(60, start + 101 * 4).topics).toEqual([{ id: 2, messages: 1, bytes: 1 }])
    expect(meter.recent(60, start + 1_000 * 4)).toEqual({ seconds: 60, topics: [] })
  })

  it('agrees with a plain count for random messages', () => {
    let seed = 5
    const random = (below: number): number => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) % below
    const meter = new TrafficMeter(start)
    const all: { tick: number; id: number; size: number }[] = []
    let tick = start
    for (let index = 0; index < 50_000; index++) {
      if (random(100) === 0) tick += random(12)
      const message = { tick, id: random(300), size: random(100) }
      all.push(message)
      meter.count(message.id, message.size, tick)
    }
    for (const seconds of [1, 10, 60]) {
      const { topics } = meter.recent(seconds, tick)
      const within = all.filter((message) => message.tick >= tick - seconds * 4 && message.tick < tick)
      expect(topics.reduce((sum, { messages }) => sum + messages, 0)).toBe(within.length)
      for (const { id, messages, bytes } of topics) {
        const own = within.filter((message) => message.id === id)
        expect([messages, bytes]).toEqual([own.length, own.reduce((sum, { size }) => sum + size, 0)])
      }
    }
  })

  it('keeps the newest 4,194,304 messages if a minute has more, and returns the time they cover', () => {
    const meter = new TrafficMeter(start)
    for (let second = 0; second < 60; second++)
      for (let index = 0; index < 100_000; index++) meter.count(index % 10, 1, start + second * 4)
    const { seconds, topics } = meter.recent(60, start + 60 * 4)
    expect(seconds).toBeGreaterThan(39)
    expect(seconds).toBeLessThan(43)
    expect(topics.reduce((sum, { messages }) => sum + messages, 0) / seconds).toBeCloseTo(100_000, -4)
  })
})
