import { expect, it } from 'vitest'
import { indexAt, thinned } from './thinned'

const hour = Array.from({ length: 3_600 }, (_, second) => second * 1_000)

it('few values are left as they are, from the one before the range on', () => {
  const times = hour.slice(0, 100)
  const { times: shown, columns } = thinned(times, [times], 50_500, 99_000)
  expect(shown[0]).toBe(50_000)
  expect(columns[0]).toEqual(shown)
  expect(shown).toHaveLength(50)
})

it('many values keep every peak and every dip, in their order', () => {
  const values = hour.map(() => 10)
  values[1_801] = 900
  values[1_805] = 0
  const { times, columns } = thinned(hour, [values, hour], 0, 3_600_000)
  expect(times.length).toBeLessThanOrEqual(600)
  expect(times).toEqual([...times].sort((a, b) => a - b))
  const [drawn, same] = columns as [number[], number[]]
  expect(drawn.filter((value) => value !== 10)).toEqual([900, 0])
  expect(same[0]).toBe(0)
  expect(same.at(-1)).toBe(3_599_000)
})

it('a later look has the same steps', () => {
  const values = hour.map((_, index) => (index % 97 === 0 ? 5 : 1))
  const before = thinned(hour.slice(0, 3_590), [values.slice(0, 3_590)], -10_000, 3_590_000)
  const after = thinned(hour, [values], 0, 3_600_000)
  expect(after.columns[0]!.slice(0, 500)).toEqual(before.columns[0]!.slice(0, 500))
})

it('nothing is shown of what is too long ago', () => {
  expect(thinned([1, 2], [[3, 4]], 5, 10)).toEqual({ times: [], columns: [[]] })
})

it('a time under the crosshair has the value before it', () => {
  expect([0, 10, 15, 30, 99].map((at) => indexAt([10, 20, 30], at))).toEqual([0, 0, 0, 2, 2])
  expect(indexAt([], 5)).toBe(-1)
})
