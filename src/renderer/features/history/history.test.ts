import { afterEach, describe, expect, it, vi } from 'vitest'
import type { HistoryRow } from '../../../shared/contract/messages'
import { apiTo, headOf, held } from '../../state/api-fixture'
import { HistoryState } from './history.svelte'

const row = (id: number): HistoryRow => ({ ...headOf(id), preview: String(id), binary: false, cut: false })

let close = (): void => undefined
afterEach(() => close())

/** A history of the messages 1 to `newest`. */
function setup(newest: number, gate?: Promise<void>) {
  const state = { newest }
  const asked: { before?: number; after?: number }[] = []
  const made = apiTo({
    'messages.page': async ({ before, after, limit }) => {
      asked.push({ ...(before !== undefined && { before }), ...(after !== undefined && { after }) })
      const top = Math.min(state.newest, before === undefined ? Infinity : before - 1)
      const least = after ?? 0
      if (asked.length === 1) await gate
      const count = Math.max(0, Math.min(limit, top - least))
      return { rows: Array.from({ length: count }, (_, i) => row(top - i)), more: top - least > limit }
    }
  })
  close = made.close
  const history = new HistoryState(made.api, { kind: 'connection', id: 'c' })
  return { history, asked, state, ids: () => history.rows.map(({ id }) => id) }
}

const scope = { topic: 'a', subtree: false }

describe('the history', () => {
  it('starts with the newest page and requests each older page once', async () => {
    const { history, asked, ids } = setup(250)
    history.show(scope)
    await vi.waitFor(() => expect(history.rows).toHaveLength(100))
    await Promise.all([history.older(), history.older()])
    await history.older()
    expect(ids()).toEqual(Array.from({ length: 250 }, (_, index) => 250 - index))
    expect(asked).toEqual([{}, { before: 151 }, { before: 51 }])
    expect(history.more).toBe(false)
  })

  it('inserts newer messages while its top is visible, and otherwise counts them', async () => {
    const { history, state, ids } = setup(3)
    history.show(scope)
    await vi.waitFor(() => expect(ids()).toEqual([3, 2, 1]))
    state.newest = 5
    history.newer()
    await vi.waitFor(() => expect(ids()).toEqual([5, 4, 3, 2, 1]))
    history.follow(false)
    state.newest = 7
    history.newer()
    await vi.waitFor(() => expect(history.waiting).toBe(2))
    expect(ids()).toEqual([5, 4, 3, 2, 1])
    history.follow(true)
    await vi.waitFor(() => expect(ids()).toEqual([7, 6, 5, 4, 3, 2, 1]))
  })

  it('inserts the counted messages on request, and goes on counting', async () => {
    const { history, state, ids } = setup(3)
    history.show(scope)
    await vi.waitFor(() => expect(ids()).toEqual([3, 2, 1]))
    history.follow(false)
    state.newest = 4
    history.newer()
    await vi.waitFor(() => expect(history.waiting).toBe(1))
    history.catchUp()
    await vi.waitFor(() => expect(ids()).toEqual([4, 3, 2, 1]))
    expect(history.waiting).toBe(0)
    state.newest = 5
    history.newer()
    await vi.waitFor(() => expect(history.waiting).toBe(1))
    expect(ids()).toEqual([4, 3, 2, 1])
  })

  it('drops a late page of a previous scope', async () => {
    const { gate, letGo } = held()
    const { history, asked, ids } = setup(3, gate)
    history.show(scope)
    await vi.waitFor(() => expect(asked).toHaveLength(1))
    history.show({ topic: 'a', subtree: true }, 2)
    await vi.waitFor(() => expect(ids()).toEqual([2, 1]))
    letGo()
    await history.older()
    expect(ids()).toEqual([2, 1])
    expect(history.loading).toBe(false)
  })
})
