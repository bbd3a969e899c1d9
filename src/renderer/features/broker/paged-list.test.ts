import { expect, it, onTestFinished, vi } from 'vitest'
import { AppError } from '../../../shared/errors'
import { PagedList } from './paged-list.svelte'

vi.stubGlobal('document', { visibilityState: 'visible' })

/** A list of `count` rows that is followed, with the first ten visible. */
async function followed(count: number) {
  const state = {
    rows: Array.from({ length: count }, (_, index) => `row ${index}`),
    error: null as Error | null
  }
  const list = new PagedList<string>(
    (offset, limit) =>
      state.error === null
        ? Promise.resolve({ total: state.rows.length, rows: state.rows.slice(offset, offset + limit) })
        : Promise.reject(state.error),
    (row) => row
  )
  list.show(0, 10)
  onTestFinished(list.follow())
  await list.refresh()
  return { list, state }
}

it('a row that is not loaded is selected once it is', async () => {
  const { list } = await followed(100)
  list.moveTo(99)
  expect(list.selected).toBeNull()
  expect(list.current).toBe(99)
  list.show(90, 10)
  await list.refresh()
  expect([list.selected, list.current, list.first]).toEqual(['row 99', 99, 90])
})

it('the selected row stays selected wherever it moves, and when it leaves the list', async () => {
  const { list, state } = await followed(3)
  list.moveTo(1)
  expect(list.selected).toBe('row 1')
  state.rows = ['new', ...state.rows]
  await list.refresh()
  expect(list.current).toBe(2)
  state.rows = ['new']
  await list.refresh()
  expect([list.selected, list.current]).toEqual(['row 1', -1])
})

it('a failure is told, until the list is known again; a broker that stopped is none', async () => {
  const { list, state } = await followed(1)
  state.error = new AppError('BROKER_NOT_RUNNING', {})
  await list.refresh()
  expect(list.fault).toBeNull()
  state.error = new Error('broken')
  await list.refresh()
  expect(list.fault).toBe(state.error)
  state.error = null
  await list.refresh()
  expect(list.fault).toBeNull()
})
