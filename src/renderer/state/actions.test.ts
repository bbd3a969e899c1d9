import { expect, it, vi } from 'vitest'
import { Actions } from './actions.svelte'

it('run on a screen that is yet to come, once', async () => {
  const actions = new Actions()
  const run = vi.fn()
  actions.runThere('search')
  actions.add([{ id: 'other', group: 'topic', name: () => '', run: () => expect.unreachable() }])
  const remove = actions.add([{ id: 'search', group: 'topic', name: () => '', run }])
  await vi.waitFor(() => expect(run).toHaveBeenCalledOnce())
  remove()
  actions.add([{ id: 'search', group: 'topic', name: () => '', run }])
  await new Promise((resolve) => setTimeout(resolve))
  expect(run).toHaveBeenCalledOnce()
})
