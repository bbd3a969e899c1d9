import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { noneOpen, noFilter, type TopicFilterSpec, type TopicFrame } from '../../shared/contract/topics'
import { TestTree } from './fixture'
import { TopicView } from './view'
import type { ViewOptions } from './view-options'

let tree: TestTree
let view: TopicView

const options = (change: Partial<ViewOptions> = {}): ViewOptions => ({
  sort: { by: 'name', descending: false },
  filter: noFilter,
  hidden: [],
  flat: false,
  pinned: [],
  window: { first: 0, count: 10, sequence: 1 },
  selected: null,
  ...change
})

const seek = (text: string, change: Partial<TopicFilterSpec> = {}): TopicFilterSpec => ({
  ...noFilter,
  text,
  ...change
})

function watch(change: Partial<ViewOptions> = {}, expanded: string[] = []): void {
  view = new TopicView(
    'view',
    tree,
    { options: options(change), expanded: { ...noneOpen, opened: expanded } },
    { last: tree.readLast, value: tree.readValue },
    () => undefined
  )
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

it('sends the whole window first, then only changed rows, then nothing', () => {
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

it('sends nothing for changes outside the window', () => {
  for (let i = 0; i < 100; i++) tree.receive(`t${i}`)
  watch({ window: { first: 0, count: 5, sequence: 1 } })
  frame()
  tree.receive('t90')
  expect(view.frame().frame).toBeNull()
})

it('keeps the top row of the window in place when others appear above it', () => {
  for (let i = 100; i < 200; i++) tree.receive(`t${i}`)
  watch({ window: { first: 50, count: 5, sequence: 3 } })
  expect(paths(frame())[0]).toBe('t150')
  for (let i = 0; i < 30; i++) tree.receive(`s${i}`)
  const after = frame()
  expect(after).toMatchObject({ first: 80, sequence: 3, total: 130 })
  expect(paths(after)[0]).toBe('t150')
})

it('opens a branch when an expanded topic gets its first child', () => {
  tree.receive('a')
  watch({}, ['a'])
  expect(paths(frame())).toEqual(['a'])
  tree.receive('a/b/c')
  expect(paths(frame())).toEqual(['a', 'a/b'])
  view.update({}, { expand: ['a/b'] })
  expect(paths(frame())).toEqual(['a', 'a/b', 'a/b/c'])
  view.update({}, { collapse: ['a'] })
  expect(paths(frame())).toEqual(['a'])
})

it('filters by text in the whole topic ignoring case, opens matches and includes new topics', async () => {
  for (const topic of ['plant/Line1/temp', 'plant/line2/temp', 'home/kitchen', 'home/LINE/x'])
    tree.receive(topic)
  watch()
  view.update({ filter: seek('line') })
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
  view.update({}, { collapse: ['plant'] })
  expect(paths(frame())).toEqual(['garden', 'garden/line9', 'home', 'home/LINE', 'home/LINE/x', 'plant'])
  view.update({ filter: seek('') })
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

it('reports the selected topic, visible or not', () => {
  for (let i = 0; i < 50; i++) tree.receive(`t${i}`)
  watch({ window: { first: 0, count: 5, sequence: 1 }, selected: 't40' })
  expect(frame().selected).toMatchObject({ index: 40, row: { path: 't40', messages: 1 } })
  tree.receive('t40')
  expect(frame().selected).toMatchObject({ row: { messages: 2 } })
})

it('reveals a path by opening the branches above it', () => {
  for (const topic of ['a/b/c/d', 'a/x', 'b']) tree.receive(topic)
  watch()
  frame()
  expect(view.reveal('a/b/c/d')).toBe(3)
  expect(paths(frame())).toEqual(['a', 'a/b', 'a/b/c', 'a/b/c/d', 'a/x', 'b'])
  expect(view.reveal('nowhere/at/all')).toBeNull()
})

it('finds the next row whose name starts with a text, wrapping around', () => {
  for (const topic of ['alpha', 'beta', 'Bravo', 'gamma']) tree.receive(topic)
  watch()
  frame()
  const order = ['Bravo', 'alpha', 'beta', 'gamma']
  expect(view.find('b', 0)).toEqual({ index: order.indexOf('beta'), path: 'beta' })
  expect(view.find('b', 2)).toEqual({ index: 0, path: 'Bravo' })
  expect(view.find('zzz', 0)).toBeNull()
  expect(view.rowAt(99)).toEqual({ index: 3, path: 'gamma' })
})

it('finds rows of the flat list by the whole topic, which they show', () => {
  for (const topic of ['home/light', 'plant/light', 'plant/oven']) tree.receive(topic)
  watch({ flat: true })
  frame()
  expect(view.find('plant/o', 0)).toEqual({ index: 2, path: 'plant/oven' })
  expect(view.find('light', 0)).toBeNull()
})

it('rebuilds the rows when topics are removed', () => {
  for (const topic of ['a/1', 'a/2', 'b']) tree.receive(topic)
  watch({}, ['a'])
  frame()
  tree.remove({ topic: 'a/1', subtree: true })
  expect(paths(frame())).toEqual(['a', 'a/2', 'b'])
})

describe('a filter', () => {
  const matching = async (matches: number): Promise<string[]> => {
    await vi.waitFor(() => {
      const { filtering, matches: found } = whole()
      expect([filtering, found]).toEqual([false, matches])
    })
    return paths(whole())
  }
  /** Returns the whole window, regardless of what was sent before. */
  const whole = (): TopicFrame => {
    view.update({ window: { first: 0, count: 50, sequence: 9 } })
    return frame()
  }

  it('can be an MQTT filter or a regular expression, case-sensitive or not', async () => {
    for (const topic of ['plant/a/temp', 'plant/b/Temp', 'plant/b/c/temp', 'home/x1']) tree.receive(topic)
    watch({ flat: true })
    view.update({ filter: seek('plant/+/temp', { mode: 'wildcard' }) })
    expect(await matching(2)).toEqual(['plant/a/temp', 'plant/b/Temp'])
    view.update({ filter: seek('plant/+/temp', { mode: 'wildcard', matchCase: true }) })
    expect(await matching(1)).toEqual(['plant/a/temp'])
    view.update({ filter: seek('X\\d$', { mode: 'regex' }) })
    expect(await matching(1)).toEqual(['home/x1'])
    tree.receive('home/x2')
    expect(await matching(2)).toEqual(['home/x1', 'home/x2'])
    view.update({ filter: seek('Temp', { matchCase: true }) })
    expect(await matching(1)).toEqual(['plant/b/Temp'])
  })

  it('is abandoned if its regular expression takes too long, and the rows stay', async () => {
    tree.receive('a'.repeat(60))
    watch()
    view.update({ filter: seek('^(a+)+!$', { mode: 'regex' }) })
    await vi.waitFor(() => expect(whole().tooSlow).toBe(true))
    expect(whole()).toMatchObject({ total: 1, matches: null, filtering: false })
    view.update({ filter: seek('a') })
    expect(await matching(1)).toHaveLength(1)
    expect(whole().tooSlow).toBe(false)
  })

  it('over last values is updated when they change', async () => {
    tree.receive('lamp/1', undefined, 'state: ON')
    tree.receive('lamp/2', undefined, 'state: off')
    tree.receive('on/3', undefined, 'nothing')
    watch({ flat: true })
    view.update({ filter: seek('on', { scope: 'values' }) })
    expect(await matching(1)).toEqual(['lamp/1'])
    view.update({ filter: seek('on', { scope: 'both' }) })
    expect(await matching(2)).toEqual(['lamp/1', 'on/3'])
    tree.receive('lamp/1', undefined, 'state: off')
    tree.receive('lamp/2', undefined, 'state: on')
    await vi.waitFor(() => expect(paths(whole())).toEqual(['lamp/2', 'on/3']))
  })
})

describe('hidden topics', () => {
  it('are not shown but counted, and reappear when no longer hidden', () => {
    for (const topic of ['$SYS/a', '$SYS/b/c', 'plant/1/debug', 'plant/1/temp', 'plant/2/debug/x'])
      tree.receive(topic)
    watch({ hidden: ['$SYS/#', 'plant/+/debug/#'] }, ['plant', 'plant/1', 'plant/2'])
    const shown = frame()
    expect(paths(shown)).toEqual(['plant', 'plant/1', 'plant/1/temp', 'plant/2'])
    expect(shown.hidden).toBe(4)
    tree.receive('$SYS/new')
    tree.receive('plant/3/debug')
    expect(paths(frame())).toEqual(['plant', 'plant/1', 'plant/1/temp', 'plant/2', 'plant/3'])
    view.update({ hidden: ['plant/+/temp'] })
    const other = paths(frame())
    expect(other).toContain('$SYS')
    expect(other.join()).not.toContain('temp')
  })

  it('are not found by a filter', async () => {
    for (const topic of ['$SYS/load', 'plant/load']) tree.receive(topic)
    watch({ hidden: ['$SYS/#'], filter: seek('load') })
    await vi.waitFor(() => expect(view.frame().frame?.matches).toBe(1))
  })
})

describe('a list of topics', () => {
  it('shows whole topics in tree order, without branches', () => {
    for (const topic of ['b', 'a/10', 'a/2', 'a/2/x', '$SYS/y']) tree.receive(topic)
    watch({ flat: true })
    const shown = frame()
    expect(paths(shown)).toEqual(['a/2', 'a/2/x', 'a/10', 'b', '$SYS/y'])
    expect(shown.rows?.[0]).toMatchObject({ name: 'a/2', branch: false, depth: 0, messages: 1 })
    tree.receive('a/3')
    tree.receive('a')
    expect(paths(frame())).toEqual(['a', 'a/2', 'a/2/x', 'a/3', 'a/10', 'b', '$SYS/y'])
    expect(view.reveal('a/10')).toBe(4)
  })

  it('can be sorted by changing keys', () => {
    for (const topic of ['a/x', 'b', 'b', 'c/y', 'c/y', 'c/y']) tree.receive(topic)
    watch({ flat: true, sort: { by: 'messages', descending: true } })
    expect(paths(frame())).toEqual(['c/y', 'b', 'a/x'])
    tree.receive('d')
    expect(paths(frame())).toEqual(['c/y', 'b', 'a/x', 'd'])
  })
})

it('opens branches down to a level or below a branch, and closes them', () => {
  for (const topic of ['a/b/c/d', 'a/x', 'e/f/g']) tree.receive(topic)
  watch()
  frame()
  view.update({}, { openTo: 2 })
  expect(paths(frame())).toEqual(['a', 'a/b', 'a/b/c', 'a/x', 'e', 'e/f', 'e/f/g'])
  tree.receive('h/i')
  expect(paths(frame())).toContain('h/i')
  view.update({}, { openTo: 0 })
  expect(paths(frame())).toEqual(['a', 'e', 'h'])
  view.update({}, { openBelow: 'a' })
  expect(paths(frame())).toEqual(['a', 'a/b', 'a/b/c', 'a/b/c/d', 'a/x', 'e', 'h'])
  view.update({}, { collapse: ['a/b'] })
  expect(paths(frame())).toEqual(['a', 'a/b', 'a/x', 'e', 'h'])
})

it('reports pinned topics, even before they have a message', () => {
  tree.receive('a/b')
  watch({ pinned: ['a/b', 'not/yet'], window: { first: 0, count: 5, sequence: 1 } })
  expect(frame().pinned).toMatchObject([
    { path: 'a/b', name: 'a/b', last: { preview: '1' } },
    { path: 'not/yet', last: null }
  ])
  tree.receive('c')
  expect(frame().pinned).toBeNull()
  tree.receive('not/yet', undefined, 'here')
  expect(frame().pinned?.[1]).toMatchObject({ last: { preview: 'here' } })
})

describe('sorted by what is below a branch', () => {
  it('by number of topics', () => {
    for (const topic of ['a/1', 'b/1', 'b/2', 'b/3', 'c/1', 'c/2', 'c/2', 'c/2']) tree.receive(topic)
    watch({ sort: { by: 'topics', descending: true } })
    expect(paths(frame())).toEqual(['b', 'c', 'a'])
  })

  it('by rate, as it is now', () => {
    vi.useFakeTimers({ now: 0 })
    for (const topic of ['a', 'b', 'b', 'c', 'c', 'c']) tree.receive(topic)
    watch({ sort: { by: 'rate', descending: true } })
    expect(paths(frame())).toEqual(['c', 'b', 'a'])
    vi.setSystemTime(2_000)
    for (let times = 0; times < 9; times++) tree.receive('a')
    expect(paths(frame())).toEqual(['a', 'c', 'b'])
    view.update({ flat: true })
    expect(paths(frame())[0]).toBe('a')
    vi.useRealTimers()
  })
})

describe('a typed text', () => {
  const shownFor = async (filter: TopicFilterSpec): Promise<TopicFrame> => {
    view.update({ filter, flat: true, window: { first: 0, count: 10, sequence: 2 } })
    return vi.waitFor(() => {
      const { frame } = view.frame()
      expect(frame?.filter?.text).toBe(filter.text)
      return frame!
    })
  }

  beforeEach(() => {
    for (const topic of ['plant/line1/cell', 'plant/line2/cell', 'plant/line2/cell/x', 'office/cell'])
      tree.receive(topic, undefined, 'a + b')
    watch()
    frame()
  })

  it('works as an MQTT filter if it contains a wildcard', async () => {
    const shown = await shownFor(seek('plant/+/cell'))
    expect(paths(shown)).toEqual(['plant/line1/cell', 'plant/line2/cell'])
    expect(shown).toMatchObject({ matches: 2, filter: { text: 'plant/+/cell', mode: 'wildcard' } })
  })

  it('stays a text where values are searched, in which + and # may occur', async () => {
    const shown = await shownFor(seek('+', { scope: 'values' }))
    expect(shown).toMatchObject({ matches: 4, filter: { mode: 'text' } })
  })

  it('stays a text if it is no valid filter', async () => {
    expect(await shownFor(seek('plant/#/cell'))).toMatchObject({ matches: 0, filter: { mode: 'text' } })
  })
})
