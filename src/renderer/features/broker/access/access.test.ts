import { expect, it, vi } from 'vitest'
import { openAccess } from '../../../../shared/contract/access'
import type { Api } from '../../../../shared/rpc/contract'
import { apiTo } from '../../../state/api-fixture'
import { AccessState } from './access.svelte'

it('takes back one change for each call of undo, even if the next call comes before the first has ended', async () => {
  let revision = 0
  const undone: number[] = []
  const answers: Record<string, (input: never) => unknown> = {
    'access.disconnects': () => ({ count: 0, clientIds: [] }),
    'access.set': () => ({ ...openAccess, users: [], revision: ++revision }),
    'access.undo': (input: { revision: number }) => {
      undone.push(input.revision)
      return { ...openAccess, users: [], revision: --revision }
    }
  }
  const call = vi.fn(async (name: string, input: never) => {
    await Promise.resolve()
    return answers[name]!(input)
  })
  const state = new AccessState({ call, on: () => () => undefined } as unknown as Api)
  state.access = (await call('access.set', undefined as never)) as never
  await state.set({}, 'Removed a')
  await state.set({}, 'Removed b')
  await Promise.all([state.undo(), state.undo(), state.undo()])
  expect(undone).toEqual([3, 2])
})

it('a change that follows another one before its answer keeps both', async () => {
  let stored = { ...openAccess, users: [], revision: 0, damaged: false }
  const { api, close } = apiTo({
    'access.disconnects': () => ({ count: 0, clientIds: [] }),
    'access.get': () => stored,
    'access.set': (settings) => (stored = { ...stored, ...settings, revision: stored.revision + 1 })
  })
  const state = new AccessState(api)
  await state.load()
  await Promise.all([state.set({ fallback: 'deny' }), state.set({ anonymous: false })])
  expect(stored).toMatchObject({ fallback: 'deny', anonymous: false, revision: 2 })
  close()
})
