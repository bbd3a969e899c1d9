import { expect, it, vi } from 'vitest'
import type { Collection, CollectionItem } from '../../../shared/contract/collections'
import { answersOfAnEmptyProcess, apiTo } from '../../state/api-fixture'
import { CollectionsState } from './collections.svelte'
import { keyOf } from './tree-rows'

const item = (name: string): CollectionItem => ({
  ...{ path: name, parent: '', kind: 'folder', name, topic: '', preview: '' },
  ...{ qos: 0, retain: false, faults: [] }
})

const withItems = (...names: string[]): Collection => ({
  ...{ id: 'c', name: 'Mine', directory: '/mine', isDefault: true, items: names.map(item) },
  ...{ variables: [], environments: [], captured: [], faults: [] }
})

it('an opened collection is shown, unless something in it is chosen already', async () => {
  const other = { ...withItems('d'), id: 'o', isDefault: false }
  const { api, session, close } = apiTo({
    ...answersOfAnEmptyProcess,
    'collections.list': () => ({ collections: [withItems('a'), other], environment: null })
  })
  const collections = new CollectionsState(api, vi.fn(), () => ({ add: vi.fn() }))
  const stop = collections.start(() => true)
  await collections.load()
  await collections.show('c', 'a')
  session.emit('collections.opened', { id: 'o' })
  await vi.waitFor(() => expect(collections.current).toBe(keyOf('o', '')))

  await collections.show('o', 'd')
  collections.toggle(keyOf('o', ''), false)
  session.emit('collections.opened', { id: 'o' })
  await vi.waitFor(() => expect(collections.collapsed.size).toBe(0))
  expect(collections.current).toBe(keyOf('o', 'd'))
  stop()
  close()
})

it('a row that the user goes on to while another one is moved stays chosen', async () => {
  let mine = withItems('a', 'b')
  let answer: (() => void) | undefined
  const { api, session, close } = apiTo({
    ...answersOfAnEmptyProcess,
    'collections.list': () => ({ collections: [mine], environment: null }),
    'collections.move': async ({ path }) => {
      mine = withItems('b', 'a')
      session.emit('collections.changed', { collections: [mine], environment: null })
      await new Promise<void>((resolve) => (answer = resolve))
      return { path }
    }
  })
  const collections = new CollectionsState(api, vi.fn(), () => ({ add: vi.fn() }))
  const stop = collections.start(() => true)
  await collections.load()

  await collections.show('c', 'a')
  const moved = collections.move('c', 'a', { parent: '', before: null })
  // The process tells the new order before it answers.
  await vi.waitFor(() => expect(collections.list.collections[0]!.items[0]!.name).toBe('b'))
  await collections.show('c', 'b')
  answer!()
  await moved
  expect(collections.current).toBe(keyOf('c', 'b'))

  // Taken back later, it is shown again.
  const undone = collections.changes.undo()
  answer = undefined
  await vi.waitFor(() => expect(answer).toBeDefined())
  answer!()
  await undone
  expect(collections.current).toBe(keyOf('c', 'a'))
  stop()
  close()
})
