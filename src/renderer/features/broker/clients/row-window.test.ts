import { expect, it, vi } from 'vitest'
import { AppError } from '../../../../shared/errors'
import { RowWindow } from './row-window.svelte'

/** A list of ids, of which a window is loaded. */
function listOf(ids: string[]) {
  const asked: [number, number][] = []
  const source = { ids, asked, fault: null as Error | null }
  const list = new RowWindow<{ id: string }, string>(
    async (offset, limit) => {
      asked.push([offset, limit])
      if (source.fault) throw source.fault
      const rows = source.ids.slice(offset, offset + limit).map((id) => ({ id }))
      return Promise.resolve({ total: source.ids.length, rows })
    },
    ({ id }) => id
  )
  return { list, source }
}

const thousands = Array.from({ length: 10_000 }, (_, index) => `c${index}`)

it('asks only for the rows in sight', async () => {
  const { list, source } = listOf(thousands)
  list.show(5_000, 50)
  await vi.waitFor(() => expect(list.rows).toHaveLength(50))
  expect([list.total, list.first, list.rows[0]]).toEqual([10_000, 5_000, { id: 'c5000' }])
  expect(source.asked).toEqual([[5_000, 50]])
})

it('keeps its current row when rows move, and when it is out of sight', async () => {
  const { list, source } = listOf(['a', 'b', 'c'])
  await list.refresh()
  list.moveTo(1)
  expect([list.key, list.current]).toEqual(['b', 1])
  source.ids = ['new', 'a', 'b', 'c']
  await list.refresh()
  expect(list.current).toBe(2)
  source.ids = ['new']
  await list.refresh()
  expect([list.key, list.current, list.currentRow]).toEqual(['b', -1, null])
})

it('keeps the object of a row that has not changed, and says as of when it is', async () => {
  let messages = 1
  const list = new RowWindow<{ id: string; messages: number }, string>(
    () =>
      Promise.resolve({
        total: 2,
        rows: [
          { id: 'quiet', messages: 1 },
          { id: 'busy', messages: messages++ }
        ]
      }),
    ({ id }) => id
  )
  await list.refresh()
  const [quiet, busy] = list.rows
  list.answeredAt = 0
  await list.refresh()
  expect(list.rows[0]).toBe(quiet)
  expect(list.rows[1]).not.toBe(busy)
  expect(list.rows[1]).toEqual({ id: 'busy', messages: 2 })
  expect(list.answeredAt).toBeGreaterThan(0)
})

it('moves to a row beyond those loaded once that row is there', async () => {
  const { list } = listOf(thousands)
  await list.refresh()
  list.moveTo(9_999)
  expect([list.current, list.key]).toEqual([9_999, null])
  list.show(9_950, 50)
  await vi.waitFor(() => expect(list.key).toBe('c9999'))
  expect(list.current).toBe(9_999)
})

it('tells why it cannot be read, but not that the broker has just stopped', async () => {
  const { list, source } = listOf(['a'])
  source.fault = new AppError('BROKER_NOT_RUNNING', {})
  await list.refresh()
  expect(list.fault).toBeNull()
  source.fault = new Error('broken')
  await list.refresh()
  expect(list.fault).toBe(source.fault)
  source.fault = null
  await list.refresh()
  expect(list.fault).toBeNull()
})
