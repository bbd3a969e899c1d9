import { expect, it, vi } from 'vitest'
import { AppError } from '../../../shared/errors'
import { SearchPages } from './search-pages'

/** Pages of a list that may change; `searches` counts how often it was searched. */
function listOf(items: string[]) {
  const clock = vi.spyOn(performance, 'now').mockReturnValue(0)
  const list = { items, searches: 0, took: 0, gone: new Set<number>(), fails: false }
  const pages = new SearchPages(
    () => {
      if (list.fails) return Promise.reject(new AppError('BROKER_NOT_RUNNING', {}))
      clock.mockReturnValue(performance.now() + list.took)
      return Promise.resolve({ search: ++list.searches, total: list.items.length, sorted: true })
    },
    ({ search, offset, limit }) =>
      list.gone.has(search)
        ? Promise.reject(new AppError('NOT_FOUND', { what: 'search', id: String(search) }))
        : Promise.resolve(list.items.slice(offset, offset + limit))
  )
  return { list, pages, at: (time: number) => clock.mockReturnValue(time) }
}

it('a search serves all pages for about a second', async () => {
  const { list, pages, at } = listOf(['a', 'b', 'c'])
  expect(await pages.page(0, 2)).toEqual({ total: 3, sorted: true, rows: ['a', 'b'] })
  at(500)
  expect((await pages.page(2, 2)).rows).toEqual(['c'])
  expect(list.searches).toBe(1)
  at(1_000)
  await pages.page(0, 2)
  expect(list.searches).toBe(2)
})

it('a search that takes long is repeated less often', async () => {
  const { list, pages, at } = listOf(['a'])
  list.took = 500
  await pages.page(0, 1)
  at(4_000)
  await pages.page(0, 1)
  expect(list.searches).toBe(1)
  at(5_000)
  await pages.page(0, 1)
  expect(list.searches).toBe(2)
})

it('a changed query is searched for at once, also if it changed during the search before', async () => {
  const { list, pages } = listOf(['a'])
  const first = pages.page(0, 1)
  pages.expire()
  await first
  await pages.page(0, 1)
  expect(list.searches).toBe(2)
})

it('a search whose result the broker has dropped is made again', async () => {
  const { list, pages } = listOf(['a'])
  await pages.page(0, 1)
  list.gone.add(1)
  expect((await pages.page(0, 1)).rows).toEqual(['a'])
  expect(list.searches).toBe(2)
})

it('a search that failed is tried again', async () => {
  const { list, pages, at } = listOf(['a'])
  await pages.page(0, 1)
  at(1_000)
  list.fails = true
  await expect(pages.page(0, 1)).rejects.toThrow('BROKER_NOT_RUNNING')
  list.fails = false
  await pages.page(0, 1)
  expect(list.searches).toBe(2)
})
