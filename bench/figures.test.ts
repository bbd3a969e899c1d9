import { describe, expect, it } from 'vitest'
import { reaches } from './case'
import { median, percentile } from './figures'

describe('figures', () => {
  it('have a median, for two values their mean', () => {
    expect(median([9, 1, 5])).toBe(5)
    expect(median([4, 1, 3, 2])).toBe(2.5)
    expect(median([])).toBeNaN()
  })

  it('return the value that a given share does not exceed', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index)
    expect(percentile(hundred, 0.95)).toBe(95)
    expect(percentile(hundred, 1)).toBe(100)
    expect(percentile([7], 0.99)).toBe(7)
  })

  it('miss a target when the figure is missing', () => {
    expect(reaches(NaN, { least: 0 })).toBe(false)
    expect(reaches(0.4, { least: 0.4 })).toBe(true)
    expect(reaches(601, { most: 600 })).toBe(false)
    expect(reaches(601, null)).toBe(true)
  })
})
