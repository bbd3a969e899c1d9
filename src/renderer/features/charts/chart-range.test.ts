import { expect, it } from 'vitest'
import type { Series } from '../../../shared/contract/series'
import { isBetweenValues, offersFor } from './chart-range'

const MINUTE = 60e6
const series = (changes: Partial<Series> = {}): Series => ({
  share: 1,
  cut: false,
  kind: 'number',
  points: 0,
  exact: true,
  before: null,
  after: null,
  held: null,
  at: [],
  values: [],
  states: [],
  ...changes
})

it('only a range without any value, but with values beside it, lies between values', () => {
  expect(isBetweenValues([series(), series({ kind: 'none' })])).toBe(true)
  expect(isBetweenValues([series({ kind: 'none' })])).toBe(false)
  expect(isBetweenValues([series(), series({ points: 1 })])).toBe(false)
})

it('up to now, the shortest range that has the newest value is offered', () => {
  const now = 1_000_000 * MINUTE
  const offered = (minutes: number): unknown => {
    const shown = [
      series({ before: now - minutes * MINUTE }),
      series({ before: now - 9_999_999e6 }),
      series()
    ]
    return offersFor(shown, { from: now - 5 * MINUTE, to: now, zoomed: false })
  }
  expect(offered(7)).toEqual([{ kind: 'last', length: 15 * MINUTE }])
  // It would lie on the edge of the shorter range.
  expect(offered(14.5)).toEqual([{ kind: 'last', length: 60 * MINUTE }])
  expect(offered(90_000)).toEqual([{ kind: 'last', length: null }])
  expect(offersFor([series()], { from: 0, to: MINUTE, zoomed: false })).toEqual([])
})

it('in the past, ranges of the same length with the next values on both sides are offered', () => {
  const shown = [series({ before: 200, after: 9_000 }), series({ before: 500, after: null })]
  expect(offersFor(shown, { from: 1_000, to: 2_000, zoomed: true })).toEqual([
    { kind: 'earlier', from: -350, to: 650 },
    { kind: 'later', from: 8_850, to: 9_850 }
  ])
})
