import { expect, it } from 'vitest'
import type { CallInput } from '../../shared/contract'
import { noFilter, noneOpen } from '../../shared/contract/topics'
import type { PageSession } from '../../shared/rpc/contract'
import { Trees } from './trees'

const PLANT = { kind: 'connection' as const, id: 'plant' }
const SAVED = { kind: 'recording' as const, id: 'saved' }
const WATCH: CallInput<'topics.watch'> = {
  history: PLANT,
  moment: null,
  expanded: noneOpen,
  sort: { by: 'name', descending: false },
  filter: noFilter,
  hidden: [],
  flat: false,
  pinned: [],
  window: { first: 0, count: 0, sequence: 1 },
  selected: null
}

/** Trees whose holders only record the calls. */
function recorded() {
  const asked: [who: string, name: string, viewId: unknown][] = []
  const peer = (who: string) => {
    const note = (name: string, input: unknown): void =>
      void asked.push([who, name, (input as { viewId?: string }).viewId])
    return {
      call: (name: string, input: unknown) => Promise.resolve(note(name, input)) as Promise<never>,
      notify: note,
      close: () => undefined
    }
  }
  const trees = new Trees({
    connections: { isOpen: () => true, peer: (id) => peer(id) },
    archive: { peer: () => peer('archive') },
    histories: { pathOf: ({ id }) => `${id}.db` }
  })
  const watch = async (
    page: PageSession,
    input: Partial<CallInput<'topics.watch'>> = {}
  ): Promise<string> => {
    const { viewId } = (await trees.call('topics.watch', { ...WATCH, ...input }, page)) as { viewId: string }
    return viewId
  }
  return { trees, watch, asked }
}

function page(): PageSession & { leave(): void; told: string[]; closers: (() => void)[] } {
  const closers: (() => void)[] = []
  const told: string[] = []
  return {
    told,
    emit: (name) => void told.push(name),
    onClose: (listener) => closers.push(listener),
    leave: () => closers.forEach((close) => close()),
    closers
  }
}

it('answers for a view only to the page that opened it', async () => {
  const { trees, watch } = recorded()
  const [mine, theirs] = [page(), page()]
  const viewId = await watch(mine)
  expect(trees.sessionOf(viewId)).toBe(mine)
  await trees.call('topics.at', { viewId, index: 0 }, mine)
  await expect(trees.call('topics.at', { viewId, index: 0 }, theirs)).rejects.toMatchObject({
    code: 'NOT_FOUND'
  })
})

it('uses the worker of a connection for the present, and the archive for the past and for recordings', async () => {
  const { watch, trees, asked } = recorded()
  const mine = page()
  await watch(mine)
  await watch(mine, { moment: 5 })
  const viewId = await watch(mine, { history: SAVED })
  await trees.call('topics.at', { viewId, index: 0 }, mine)
  await trees.call('topics.suggest', { history: PLANT, text: 'a', limit: 1 }, mine)
  await trees.call('topics.suggest', { history: SAVED, text: 'a', limit: 1 }, mine)
  expect(asked.map(([who, name]) => [who, name])).toEqual([
    ['plant', 'topics.watch'],
    ['archive', 'topics.watch'],
    ['archive', 'topics.watch'],
    ['archive', 'topics.at'],
    ['plant', 'topics.suggest'],
    ['archive', 'topics.suggest']
  ])
})

it('closes a view with its page, once', async () => {
  const { trees, watch, asked } = recorded()
  const mine = page()
  const kept = await watch(mine)
  await trees.call('topics.unwatch', { viewId: await watch(mine) }, mine)
  asked.length = 0
  mine.leave()
  expect(asked).toEqual([['plant', 'topics.unwatch', kept]])
  expect(trees.sessionOf(kept)).toBeUndefined()
})

it('forgets a view that could not be opened', async () => {
  const trees = new Trees({
    connections: {
      isOpen: () => false,
      peer: () => {
        throw new Error('not open')
      }
    },
    archive: {
      peer: () => {
        throw new Error('not asked')
      }
    },
    histories: { pathOf: ({ id }) => id }
  })
  await expect(trees.call('topics.watch', WATCH, page())).rejects.toThrow('not open')
})

it('closes all views of a page that has gone, with one listener however many it opened', async () => {
  const { watch, asked } = recorded()
  const [mine, theirs] = [page(), page()]
  const views = [await watch(mine), await watch(mine), await watch(mine, { history: SAVED })]
  await watch(theirs)
  expect(mine.closers).toHaveLength(1)
  asked.length = 0
  mine.leave()
  expect(asked).toEqual([
    ['plant', 'topics.unwatch', views[0]],
    ['plant', 'topics.unwatch', views[1]],
    ['archive', 'topics.unwatch', views[2]]
  ])
})

it('forgets the views of an archive that crashed, and tells their pages once', async () => {
  const { trees, watch, asked } = recorded()
  const [mine, theirs] = [page(), page()]
  const live = await watch(mine)
  const past = await watch(mine, { moment: 5 })
  await watch(mine, { history: SAVED })
  await watch(theirs)
  asked.length = 0
  trees.archiveCrashed(true)
  expect([mine.told, theirs.told]).toEqual([['topics.lost'], []])
  expect([trees.sessionOf(past), trees.sessionOf(live)]).toEqual([undefined, mine])
  mine.leave()
  expect(asked).toEqual([['plant', 'topics.unwatch', live]])
})
