import { expect, it } from 'vitest'
import { noFilter, noneOpen, type TopicFrame } from '../../shared/contract/topics'
import { TestTree } from './fixture'
import { suggest } from './suggest'
import { TopicView } from './view'
import type { ViewOptions } from './view-options'

/**
 * Topics with as many levels as MQTT allows. Everything here takes some ms if its cost is linear in the topic's length. If it is
 * quadratic, it takes minutes and gigabytes; if it recurses per level, it overflows the stack.
 */
const LEVELS = 65_536
const empty = '/'.repeat(LEVELS - 1)
const named = Array.from({ length: LEVELS / 2 }, () => 'a').join('/')

function viewOf(tree: TestTree, change: Partial<ViewOptions> = {}, expanded = noneOpen): TopicView {
  const options: ViewOptions = {
    sort: { by: 'name', descending: false },
    filter: noFilter,
    hidden: [],
    flat: false,
    pinned: [],
    window: { first: 0, count: 60, sequence: 1 },
    selected: null,
    ...change
  }
  return new TopicView(
    'v',
    tree,
    { options, expanded },
    { last: tree.readLast, value: tree.readValue },
    () => undefined
  )
}

const shown = (view: TopicView): TopicFrame => view.frame().frame!

function deepTree(): TestTree {
  const tree = new TestTree()
  for (const topic of [empty, named, 'shallow/topic', `${named}/b`]) tree.receive(topic)
  return tree
}

it('shows a fully opened branch of 65,536 levels, and only the visible rows', () => {
  const tree = deepTree()
  const view = viewOf(tree)
  expect(shown(view).total).toBe(3)
  view.update({}, { openBelow: '' })
  view.update({}, { openBelow: 'a' })
  const { total, rows } = shown(view)
  expect(total).toBe(LEVELS + LEVELS / 2 + 1 + 1)
  expect(rows).toHaveLength(60)
  view.update({ window: { first: LEVELS - 60, count: 60, sequence: 2 } })
  const deepest = shown(view).rows!
  expect(deepest.at(-1)).toMatchObject({ path: empty, depth: LEVELS - 1, messages: 1 })
  expect(deepest[0]!.path).toBe('/'.repeat(LEVELS - 60))
  // A message changes the counter of every visible row.
  tree.receive(empty)
  expect(shown(view).changed).toHaveLength(60)
  view.update({}, { openTo: 0 })
  expect(shown(view).total).toBe(3)
})

it('reveals, selects and finds topics that deep', () => {
  const tree = deepTree()
  const view = viewOf(tree, { selected: empty })
  expect(view.reveal(`${named}/b`)).toBe(1 + LEVELS / 2)
  expect(shown(view).selected).toMatchObject({ index: -1, row: { depth: LEVELS - 1 } })
  expect(view.reveal(empty)).toBe(LEVELS - 1)
  expect(view.find('shallow', 0)).toMatchObject({ path: 'shallow' })
  expect(view.rowAt(LEVELS - 1)?.path).toBe(empty)
  const branch = '/'.repeat(LEVELS / 2)
  view.update({}, { collapse: [branch] })
  expect(shown(view).selected?.index).toBe(-1)
  expect(shown(view)).toBeNull()
})

it('opens new branches below open ones, even if the whole topic is new', () => {
  const tree = new TestTree()
  tree.receive('x')
  const view = viewOf(tree, {}, { ...noneOpen, depth: 100_000 })
  expect(shown(view).total).toBe(1)
  tree.receive(empty)
  expect(shown(view).total).toBe(1 + LEVELS)
  tree.remove({ topic: '/'.repeat(1_000), subtree: true })
  expect(shown(view).total).toBe(1)
})

it('filters and hides topics that deep, in a tree and in a list', async () => {
  const tree = deepTree()
  const view = viewOf(tree, { hidden: ['+/a/+', `${empty}`, 'none/#'] })
  view.update({}, { openBelow: '' })
  // Only the topic itself is hidden, not the levels above it.
  expect(shown(view)).toMatchObject({ total: 3 + LEVELS - 2, hidden: 1 })
  view.update({ filter: { ...noFilter, text: 'a/b' } })
  await expect.poll(() => view.frame().frame?.matches).toBe(1)
  view.update({ flat: true })
  expect(shown(view).rows!.map(({ path }) => path)).toContain(`${named}/b`)
  view.close()
})

it('suggests topics that deep', async () => {
  const entries = [
    { name: empty, lastId: 1 },
    { name: named, lastId: 2 }
  ]
  expect(await suggest(entries, 'a/a', 10, () => false)).toEqual([named])
})
