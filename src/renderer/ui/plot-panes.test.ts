import { describe, expect, it } from 'vitest'
import { labelsOf, rangeOf, scaleOf, splitsOf } from './plot-panes'

describe('panes of a plot', () => {
  it('lie below each other and do not touch, whatever the magnitude of their values', () => {
    const ranges = [
      { low: 100_000, high: 102_000 },
      { low: 20, high: 22 },
      { low: -1, high: 0 }
    ]
    const places = ranges.map((range, pane) => {
      const { min, max } = scaleOf(range, pane, ranges.length)
      return [range.high, range.low].map((value) => 1 - (value - min) / (max - min))
    })
    const edges = places.flat()
    expect(edges).toEqual([...edges].sort((a, b) => a - b))
    expect(edges[0]).toBeGreaterThan(0)
    expect(edges.at(-1)).toBeLessThan(1)
    for (const [pane, [top, bottom]] of places.entries()) {
      expect(top).toBeGreaterThan(pane / 3)
      expect(bottom).toBeLessThan((pane + 1) / 3)
    }
  })

  it('show the values in the time range and the one that is held, and beside the range only if it has none', () => {
    const line = { at: [1, 2, 30], values: [1_000, 5, 7], held: null }
    const { low, high } = rangeOf([line], 2, 40)
    expect(low).toBeLessThanOrEqual(5)
    expect(low).toBeGreaterThan(0)
    expect(high).toBeLessThan(10)
    expect(rangeOf([{ ...line, held: { value: 50 } }], 2, 40).high).toBeGreaterThan(50)
    expect(rangeOf([line], 10, 20).high).toBeGreaterThan(1_000)
  })

  it('have at least two labels each, which differ', () => {
    const splits = splitsOf({ low: 101_325.1, high: 101_325.4 }, 5)
    expect(splits.length).toBeGreaterThanOrEqual(2)
    expect(splitsOf({ low: 38.9, high: 41.1 }, 5)).toEqual([39, 41])
    const labels = labelsOf(splits, 'en')
    expect(new Set(labels).size).toBe(labels.length)
    expect(splitsOf({ low: 0, high: 1 }, 0.2)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1])
    expect(labelsOf([0, 0.2, 0.4], 'en')).toEqual(['0', '0.2', '0.4'])
    expect(labelsOf([12_300_000, 12_350_000], 'en')).toEqual(['12.3M', '12.35M'])
    expect(labelsOf([100, 150], 'en')).toEqual(['100', '150'])
  })
})
