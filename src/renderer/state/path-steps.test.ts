import { expect, it } from 'vitest'
import { pathSteps, pathTo } from './path-steps'

it('returns every level of a path', () => {
  expect(pathSteps('a//c').map(({ level, depth }) => [level, depth])).toEqual([
    ['a', 0],
    ['', 1],
    ['c', 2]
  ])
  expect(pathTo('a//c', 1)).toBe('a/')
})

it('returns the first and last levels of a very deep path', () => {
  const path = Array.from({ length: 65_536 }, (_, level) => level).join('/')
  const steps = pathSteps(path)
  expect(steps).toHaveLength(50)
  expect(steps[20]).toEqual({ level: '65506', depth: 65_506, leftOut: 65_486 })
  expect(steps.at(-1)).toEqual({ level: '65535', depth: 65_535, leftOut: 0 })
  expect(steps.filter(({ leftOut }) => leftOut > 0)).toHaveLength(1)
})
