import { expect, it } from 'vitest'
import { backoff } from './backoff'

it('doubles from the period up to a minute, with a jitter of a fifth', () => {
  expect([1, 2, 3, 4, 7, 30].map((attempt) => backoff(attempt, 1, 0.5))).toEqual([
    1_000, 2_000, 4_000, 8_000, 60_000, 60_000
  ])
  expect(backoff(1, 1, 0)).toBe(800)
  expect(backoff(1, 1, 1)).toBe(1_200)
})

it('waits for the whole period if it is longer than a minute', () => {
  expect(backoff(1, 120, 0.5)).toBe(120_000)
  expect(backoff(9, 120, 0.5)).toBe(120_000)
})
