import { expect, it } from 'vitest'
import { countInRate, rateOf, tickAt } from './rate'

it('converges to the messages per second, and drops to 0 when they stop', () => {
  const node = { rate: 0, rateTick: 0 }
  // 100 messages per second for 20 s.
  for (let milliseconds = 0; milliseconds < 20_000; milliseconds += 10)
    countInRate(node, tickAt(milliseconds))
  expect(rateOf(node, tickAt(20_000))).toBeGreaterThan(85)
  expect(rateOf(node, tickAt(20_000))).toBeLessThan(115)
  expect(rateOf(node, tickAt(22_000))).toBeLessThan(45)
  expect(rateOf(node, tickAt(60_000))).toBe(0)
})
