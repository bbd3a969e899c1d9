import { describe, expect, it } from 'vitest'
import { drawNumbers, drawStates, gapOf, heldFrom, indexFrom, SEVERAL, type Samples } from './samples'

interface Value {
  at: number
  number?: number
  state?: number
}

function samplesOf(values: Value[]): Samples {
  return {
    length: values.length,
    timeAt: (index) => values[index]!.at,
    number: (index) => values[index]!.number ?? NaN,
    state: (index) => values[index]!.state ?? -1
  }
}

const SECOND = 1e6
let seed = 11
const random = (below: number): number => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) % below

describe('drawn numbers', () => {
  const many = Array.from({ length: 100_000 }, (_, index) => ({
    at: index * 100_000 + random(50_000),
    number: Math.sin(index / 900) * 100 + random(1_000) / 100
  }))
  many[54_321]!.number = 9_999
  many[12_345]!.number = -9_999
  const samples = samplesOf(many)
  const width = (many.at(-1)!.at - many[0]!.at) / 500

  it('include the first, minimum, maximum and last of each interval', () => {
    const { at, values, exact } = drawNumbers(samples, 0, many.length, width)
    expect(exact).toBe(false)
    expect(at.length).toBeLessThan(4 * 502)
    const drawn = new Map(at.map((time, index) => [time, values[index]]))
    const stretches = new Map<number, Value[]>()
    for (const value of many) {
      const own = Math.floor(value.at / width)
      stretches.set(own, [...(stretches.get(own) ?? []), value])
    }
    for (const own of stretches.values()) {
      const numbers = own.map(({ number }) => number!)
      const low = own[numbers.indexOf(Math.min(...numbers))]!
      const high = own[numbers.indexOf(Math.max(...numbers))]!
      for (const { at: time, number } of [own[0]!, low, high, own.at(-1)!])
        expect(drawn.get(time)).toBe(number)
    }
    expect(values).toContain(9_999)
    expect(values).toContain(-9_999)
    expect([...at]).toEqual([...at].sort((a, b) => a - b))
  })

  it('are complete when they are few', () => {
    const { values, exact } = drawNumbers(samples, 100, 160, width / 1_000)
    expect(exact).toBe(true)
    expect(values).toEqual(many.slice(100, 160).map(({ number }) => number))
  })

  it('are on the line, too, when one value repeats within an interval', () => {
    const flat = samplesOf(many.map(({ at }) => ({ at, number: 7 })))
    const { at, exact } = drawNumbers(flat, 0, 10_000, width)
    expect(at.length).toBeLessThan(1_000)
    expect(exact).toBe(true)
  })

  it('are held when they are overdue, and at once if nothing is known about how often they come', () => {
    const steady = samplesOf(Array.from({ length: 100 }, (_, index) => ({ at: index * SECOND, number: 1 })))
    const last = 99 * SECOND
    expect(heldFrom(steady, 99, last + 4 * SECOND, 300 * SECOND)).toBeNull()
    expect(heldFrom(steady, 99, last + 6 * SECOND, 300 * SECOND)).toBe(last)
    expect(heldFrom(steady, 0, 3 * SECOND, 10 * SECOND)).toBe(0)
    expect(heldFrom(steady, -1, 2 * SECOND, 10 * SECOND)).toBeNull()
  })

  it('have a gap where values are missing for ten times as long as usual, but not for less than a second', () => {
    const steady = Array.from({ length: 60 }, (_, index) => ({
      at: index * SECOND + (index >= 30 ? 20 * SECOND : 0),
      number: index
    }))
    expect(gapOf(samplesOf(steady), 0, 60)).toBe(10 * SECOND)
    const { at, values } = drawNumbers(samplesOf(steady), 0, 60, 1)
    expect(values.slice(29, 32)).toEqual([29, null, 30])
    expect(at[30]).toBeGreaterThan(at[29]!)
    expect(at[30]).toBeLessThan(at[31]!)
    const quick = steady.map((value) => ({ ...value, at: value.at / 100 }))
    expect(drawNumbers(samplesOf(quick), 0, 60, 1).values).not.toContain(null)
  })

  it('have a gap at a value that is not a number', () => {
    const mixed = samplesOf([
      { at: 1, number: 1 },
      { at: 2, state: 0 },
      { at: 3, number: 2 }
    ])
    expect(drawNumbers(mixed, 0, 3, 1).values).toEqual([1, null, 2])
  })
})

describe('drawn states', () => {
  it('are drawn where they begin', () => {
    const values = [0, 0, 1, 1, 1, 0].map((state, index) => ({ at: index * SECOND, state }))
    expect(drawStates(samplesOf(values), 0, 6, 1)).toEqual({
      at: [0, 2 * SECOND, 5 * SECOND],
      values: [0, 1, 0],
      exact: true
    })
  })

  it('are SEVERAL when they change more than once within an interval', () => {
    const values = [0, 1, 0, 1, 2, 2, 2, 2].map((state, index) => ({ at: 10_000 + index * 100, state }))
    expect(drawStates(samplesOf(values), 0, 8, 1_000)).toEqual({
      at: [10_000, 11_000],
      values: [SEVERAL, 2],
      exact: false
    })
  })

  it('stay few however often they change', () => {
    const values = Array.from({ length: 50_000 }, (_, index) => ({ at: index * 1_000, state: index % 3 }))
    expect(drawStates(samplesOf(values), 0, 50_000, 500_000).at.length).toBeLessThan(250)
  })

  it('end where values are missing', () => {
    const values = Array.from({ length: 20 }, (_, index) => ({
      at: index * SECOND + (index >= 10 ? 60 * SECOND : 0),
      state: 4
    }))
    expect(drawStates(samplesOf(values), 0, 20, 1).values).toEqual([4, null, 4])
  })
})

it('finds a time among values', () => {
  const samples = samplesOf([{ at: 10 }, { at: 20 }, { at: 20 }, { at: 30 }])
  expect([5, 10, 11, 20, 21, 31].map((time) => indexFrom(samples, time))).toEqual([0, 0, 1, 1, 3, 4])
})
