import { describe, expect, it, vi } from 'vitest'
import type { RetainedRow, RetainedStatus } from '../../../shared/contract/retained'
import type { Api } from '../../../shared/rpc/contract'
import { RetainedState } from './retained.svelte'

/** State whose API lists `count` retained messages. */
async function listed(count: number): Promise<RetainedState> {
  const row = (index: number): Partial<RetainedRow> => ({ topic: `t/${index}` })
  const list = { number: 1, messages: count }
  const call = vi.fn((name: string, { first = 0, count: wanted = 0 }: { first?: number; count?: number }) => {
    if (name === 'retained.get')
      return Promise.resolve({ connectionId: 'c', list, work: null } as unknown as RetainedStatus)
    if (wanted > 1_000) return Promise.reject(new Error('too many rows at once'))
    return Promise.resolve(
      Array.from({ length: Math.min(wanted, count - first) }, (_, index) => row(first + index))
    )
  })
  const failed = (error: unknown): never => {
    throw error
  }
  const state = new RetainedState({ call, on: () => () => undefined } as unknown as Api, 'c', failed)
  await state.load()
  return state
}

describe('retained messages', () => {
  it('are selected as a range of any length, page by page', async () => {
    const retained = await listed(3_000)
    await retained.selectRange(2_700, 100)
    expect(retained.selected.size).toBe(2_601)
    expect([retained.selected.has('t/100'), retained.selected.has('t/2700')]).toEqual([true, true])
    expect([retained.selected.has('t/99'), retained.selected.has('t/2701')]).toEqual([false, false])
  })

  it('are restored once other work has ended, and not if that left nothing to restore', async () => {
    const undo = { messages: 1, bytes: 1, conflicts: 0 }
    const idle = { connectionId: 'c', list: null, work: null, outcome: null, undo }
    const work = { kind: 'lookUp', job: 'j' }
    const asked: string[] = []
    let tell: (status: unknown) => void = () => undefined
    const call = (name: string): Promise<unknown> => {
      asked.push(name)
      return Promise.resolve(name === 'retained.get' ? { ...idle, work } : undefined)
    }
    const on = (_name: string, listener: typeof tell): void => void (tell = listener)
    const state = new RetainedState({ call, on } as unknown as Api, 'c', (error) =>
      expect.fail(String(error))
    )
    await state.load()
    const undone = state.undo(false)
    await Promise.resolve()
    expect(asked).toEqual(['retained.get'])
    tell(idle)
    await vi.waitFor(() => expect(asked).toContain('retained.undo'))
    tell({ ...idle, work: { kind: 'undo', job: 'k' } })
    tell({ ...idle, outcome: { kind: 'undo', end: 'done' } })
    expect(await undone).toMatchObject({ kind: 'undo' })

    tell({ ...idle, work })
    const late = state.undo(false)
    tell({ ...idle, undo: null })
    expect(await late).toBeNull()
    expect(asked.filter((name) => name === 'retained.undo')).toHaveLength(1)
  })

  it.each([
    ['', 'FILTER_EMPTY'],
    ['a/#/b', 'FILTER_HASH_NOT_LAST'],
    ['$share/g/a', 'FILTER_SHARED'],
    ['a/#', null]
  ])('are not looked up with an invalid filter: %j', async (filter, fault) => {
    const retained = await listed(1)
    retained.filter = filter
    await retained.lookUp()
    expect(retained.fault).toBe(fault)
  })
})
