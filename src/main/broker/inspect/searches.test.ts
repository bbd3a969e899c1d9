import { expect, it } from 'vitest'
import { randomFrom } from '../../../shared/random'
import { Searches, windowOf } from './searches'

const random = randomFrom(7)
const things = Array.from({ length: 12_345 }, (_, index) => ({ index, key: random(1_000) }))

it.each([false, true])(
  'sorts as a plain sort does, and keeps what is equal in its order (descending: %s)',
  async (descending) => {
    const searches = new Searches<(typeof things)[number]>()
    const { search, total, sorted } = await searches.run(
      things,
      ({ index }) => index % 3 > 0,
      ({ key }) => key,
      descending
    )
    const expected = things.filter(({ index }) => index % 3 > 0)
    expected.sort((a, b) => (descending ? b.key - a.key : a.key - b.key))
    expect([total, sorted]).toEqual([expected.length, true])
    expect(searches.rows(search, 0, total)).toEqual(expected)
    expect(searches.rows(search, 100, 3)).toEqual(expected.slice(100, 103))
  }
)

it('cuts a window out of anything, and reads no further', () => {
  const endless = function* (): Generator<number> {
    for (let i = 0; ; i++) yield i
  }
  expect(windowOf(endless(), 3, 2)).toEqual([3, 4])
  expect(windowOf(endless(), 3, 0)).toEqual([])
  expect(windowOf([1, 2], 1, 5)).toEqual([2])
})
