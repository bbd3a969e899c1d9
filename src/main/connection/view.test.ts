import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { TopicFrame } from '../../shared/contract/topics'
import { TestTree } from './fixture'
import { TopicView, type ViewOptions } from './view'

let tree: TestTree
let view: TopicView

const options = (change: Partial<ViewOptions> = {}): ViewOptions => ({
  sort: { by: 'name', descending: false },
  filter: '',
  window: { first: 0, count: 10, sequence: 1 },
  selected: null,
  ...change
})

function watch(change: Partial<ViewOptions> = {}, expanded: string[] = []): void {
  view = new TopicView('view', tree, options(change), expanded, tree.readLast, () => undefined)
}

function frame(): TopicFrame {
  const { frame } = view.frame()
  expect(frame).not.toBeNull()
  return frame!
}

const paths = (shown: TopicFrame): string[] => shown.rows?.map((row) => row.path) ?? []

beforeEach(() => {
  tree = new TestTree()
})

afterEach(() => view.close())

it('sends the whole window first, then only rows that changed, then nothing', () => {
  for (const topic of ['a', 'b/1', 'b/2', 'c']) tree.receive(topic)
  watch({}, ['b'])
  const whole = frame()
  expect(paths(whole)).toEqual(['a', 'b', 'b/1', 'b/2', 'c'])
  expect(whole).toMatchObject({ total: 5, topics: 4, first: 0, sequence: 1 })

  tree.receive('b/2', undefined, 'new')
  const change = frame()
  expect(change.rows).toBeNull()
  expect(change.changed.map(([index, row]) => [index, row.path, row.messages])).toEqual([
    [1, 'b', 3],
    [3, 'b/2', 2]
  ])
  expect(change.changed[1]?.[1].last).toMatchObject({ preview: 'new', cut: false, binary: false })
  vi.useFakeTimers({ now: Date.now() + 60_000 })
  view.frame()
  expect(view.frame()).toEqual({ frame: null, live: false })
  vi.useRealTimers()
})

it('costs nothing to the renderer what happens out of sight', () => {
  for (let i = 0; i < 100; i++) tree.receive(`t${i}`)
  watch({ window: { first: 0, count: 5, sequence: 1 } })
  frame()
  tree.receive('t90')
  expect(view.frame().frame).toBeNull()
})

it('keeps the row at the top of the window where it is when others appear above it', () => {
  for (let i = 100; i < 200; i++) tree.receive(`t${i}`)
  watch({ window: { first: 50, count: 5, sequence: 3 } })
  expect(paths(frame())[0]).toBe('t150')
  for (let i = 0; i < 30; i++) tree.receive(`s${i}`)
  const after = frame()
  expect(after).toMatchObject({ first: 80, sequence: 3, total: 130 })
  expect(paths(after)[0]).toBe('t150')
})

it('opens a branch when the topic it was opened for gets its first child', () => {
  tree.receive('a')
  watch({}, ['a'])
  expect(paths(frame())).toEqual(['a'])
  tree.receive('a/b/c')
  expect(paths(frame())).toEqual(['a', 'a/b'])
  view.update({}, ['a/b'])
  expect(paths(frame())).toEqual(['a', 'a/b', 'a/b/c'])
  view.update({}, [], ['a'])
  expect(paths(frame())).toEqual(['a'])
})

it('filters by text in the whole topic, whatever its case, opens what matches and takes in new topics', async () => {
  for (const topic of ['plant/Line1/temp', 'plant/line2/temp', 'home/kitchen', 'home/LINE/x'])
    tree.receive(topic)
  watch()
  view.update({ filter: 'line' })
  await vi.waitFor(() => expect(view.frame().frame?.matches).toBe(3))
  const all = [
    'home',
    'home/LINE',
    'home/LINE/x',
    'plant',
    'plant/Line1',
    'plant/Line1/temp',
    'plant/line2',
    'plant/line2/temp'
  ]
  view.update({ window: { first: 0, count: 20, sequence: 2 } })
  expect(paths(frame())).toEqual(all)
  tree.receive('garden/line9')
  tree.receive('garden/other')
  const after = frame()
  expect(paths(after)).toEqual(['garden', 'garden/line9', ...all])
  expect(after.matches).toBe(4)
  view.update({}, [], ['plant'])
  expect(paths(frame())).toEqual(['garden', 'garden/line9', 'home', 'home/LINE', 'home/LINE/x', 'plant'])
  view.update({ filter: '' })
  expect(paths(frame())).toEqual(['garden', 'home', 'plant'])
})

it('sorts by messages and by last change', () => {
  for (const topic of ['c', 'a', 'b', 'b']) tree.receive(topic)
  watch({ sort: { by: 'messages', descending: true } })
  expect(paths(frame())).toEqual(['b', 'a', 'c'])
  view.update({ sort: { by: 'changed', descending: false } })
  expect(paths(frame())).toEqual(['c', 'a', 'b'])
  view.update({ sort: { by: 'name', descending: true } })
  expect(paths(frame())).toEqual(['c', 'b', 'a'])
})

it('puts $SYS after the rest', () => {
  for (const topic of ['$SYS/x', 'zebra', 'a']) tree.receive(topic)
  watch()
  expect(paths(frame())).toEqual(['a', 'zebra', '$SYS'])
})

it('reports on the selected topic, in sight or not', () => {
  for (let i = 0; i < 50; i++) tree.receive(`t${i}`)
  watch({ window: { first: 0, count: 5, sequence: 1 }, selected: 't40' })
  expect(frame().selected).toMatchObject({ index: 40, row: { path: 't40', messages: 1 } })
  tree.receive('t40')
  expect(frame().selected).toMatchObject({ row: { messages: 2 } })
})

it('reveals a path by opening what is above it', () => {
  for (const topic of ['a/b/c/d', 'a/x', 'b']) tree.receive(topic)
  watch()
  frame()
  expect(view.reveal('a/b/c/d')).toBe(3)
  expect(paths(frame())).toEqual(['a', 'a/b', 'a/b/c', 'a/b/c/d', 'a/x', 'b'])
  expect(view.reveal('nowhere/at/all')).toBeNull()
})

it('finds the next row by the start of its name, wrapping around', () => {
  for (const topic of ['alpha', 'beta', 'Bravo', 'gamma']) tree.receive(topic)
  watch()
  frame()
  const order = ['Bravo', 'alpha', 'beta', 'gamma']
  expect(view.find('b', 0)).toEqual({ index: order.indexOf('beta'), path: 'beta' })
  expect(view.find('b', 2)).toEqual({ index: 0, path: 'Bravo' })
  expect(view.find('zzz', 0)).toBeNull()
  expect(view.at(99)).toEqual({ index: 3, path: 'gamma' })
})

it('starts over when topics were removed', () => {
  for (const topic of ['a/1', 'a/2', 'b']) tree.receive(topic)
  watch({}, ['a'])
  frame()
  tree.remove({ topic: 'a/1', subtree: true })
  expect(paths(frame())).toEqual(['a', 'a/2', 'b'])
})
