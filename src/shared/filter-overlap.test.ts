import { expect, it } from 'vitest'
import { filtersOverlap } from './filter-overlap'

it.each([
  ['#', 'a/b', true],
  ['a/#', 'a', true],
  ['a', 'a/#', true],
  ['a/+', 'a', false],
  ['a/+', '+/b', true],
  ['a/+/c', 'a/b/#', true],
  ['a/b', 'a/c', false],
  ['a/b', 'a/b/c', false],
  ['a/b/c', 'a/#', true],
  ['#', '$SYS/a', false],
  ['+/a', '$SYS/#', false],
  ['$SYS/#', '$SYS/+', true],
  ['/a', 'a', false]
])('%s and %s: %s', (one, other, overlap) => {
  expect(filtersOverlap(one, other)).toBe(overlap)
  expect(filtersOverlap(other, one)).toBe(overlap)
})
