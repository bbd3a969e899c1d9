import { expect, it } from 'vitest'
import { PastTree } from './past-tree'

it('counts topics of 65,536 levels as they were at a moment', () => {
  const empty = '/'.repeat(65_535)
  const named = Array.from({ length: 32_768 }, () => 'a').join('/')
  const past = new PastTree()
  past.add([
    [1, empty],
    [2, named]
  ])
  past.show(1)
  expect([past.root.topics, past.find(empty)?.topics]).toEqual([1, 1])
  past.showTotals(Float64Array.of(0, 5, 7), Float64Array.of(0, 8, 9))
  expect([past.root.messages, past.find(named)?.topics]).toEqual([12, 1])
})
