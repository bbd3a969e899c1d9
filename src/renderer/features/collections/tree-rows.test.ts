import { expect, it } from 'vitest'
import type { Collection, CollectionItem } from '../../../shared/contract/collections'
import { canMove, dropTarget, folderOf, stepTarget, treeRows } from './tree-rows'

const item = (path: string, topic = ''): CollectionItem => ({
  path,
  parent: path.slice(0, Math.max(0, path.lastIndexOf('/'))),
  kind: path.endsWith('.yaml') ? 'request' : 'folder',
  name: path.slice(path.lastIndexOf('/') + 1),
  ...{ topic, preview: '', qos: 0, retain: false, faults: [] }
})
const plant: Collection = {
  ...{ id: 'p', name: 'Plant', directory: '/p', isDefault: false },
  items: [
    item('lamps'),
    item('lamps/on.yaml', 'home/lamp'),
    item('lamps/deep'),
    item('lamps/deep/x.yaml'),
    item('b.yaml'),
    item('c.yaml', 'home/oven')
  ],
  ...{ variables: [], environments: [], captured: [], faults: [] }
}
const find = (path: string): CollectionItem => plant.items.find((each) => each.path === path)!
const shown = (search: string, ...collapsed: string[]): string[] =>
  treeRows([plant], new Set(collapsed), search).map(({ item, level }) => `${level} ${item?.path ?? '-'}`)

it('shows what is expanded, and what a search finds with everything above it', () => {
  expect(shown('')).toEqual([
    '1 -',
    '2 lamps',
    '3 lamps/on.yaml',
    '3 lamps/deep',
    '4 lamps/deep/x.yaml',
    '2 b.yaml',
    '2 c.yaml'
  ])
  expect(shown('', 'p:lamps')).toEqual(['1 -', '2 lamps', '2 b.yaml', '2 c.yaml'])
  expect(shown('', 'p:')).toEqual(['1 -'])
  expect(shown('X.YAML', 'p:lamps', 'p:')).toEqual(['1 -', '2 lamps', '3 lamps/deep', '4 lamps/deep/x.yaml'])
  expect(shown('home oven')).toEqual(['1 -', '2 c.yaml'])
  expect(shown('deep')).toEqual(['1 -', '2 lamps', '3 lamps/deep', '4 lamps/deep/x.yaml'])
  expect(shown('nothing')).toEqual(['1 -'])
})

it('drops before, behind or into a row', () => {
  const [root, lamps, on, , , b, c] = treeRows([plant], new Set(), '')
  expect(dropTarget(root!, 0.5)).toEqual({ parent: '', before: 'lamps' })
  expect(dropTarget(b!, 0.2)).toEqual({ parent: '', before: 'b.yaml' })
  expect(dropTarget(b!, 0.8)).toEqual({ parent: '', before: 'c.yaml' })
  expect(dropTarget(c!, 0.8)).toEqual({ parent: '', before: null })
  expect(dropTarget(lamps!, 0.1)).toEqual({ parent: '', before: 'lamps' })
  expect(dropTarget(lamps!, 0.5)).toEqual({ parent: 'lamps', before: null })
  expect(dropTarget(lamps!, 0.9)).toEqual({ parent: 'lamps', before: 'lamps/on.yaml' })
  expect(dropTarget(on!, 0.2)).toEqual({ parent: 'lamps', before: 'lamps/on.yaml' })
  expect(canMove(find('lamps'), { parent: 'lamps/deep', before: null })).toBe(false)
  expect(canMove(find('lamps'), { parent: '', before: null })).toBe(true)
  expect([root!, lamps!, on!].map(folderOf)).toEqual(['', 'lamps', 'lamps'])
})

it('moves by key among siblings, into the folder above, and out of a folder', () => {
  const step = (path: string, key: string) => stepTarget(plant, find(path), key)
  expect(step('b.yaml', 'ArrowUp')).toEqual({ parent: '', before: 'lamps' })
  expect(step('b.yaml', 'ArrowDown')).toEqual({ parent: '', before: null })
  expect(step('lamps', 'ArrowDown')).toEqual({ parent: '', before: 'c.yaml' })
  expect(step('lamps', 'ArrowUp')).toBeNull()
  expect(step('c.yaml', 'ArrowDown')).toBeNull()
  expect(step('b.yaml', 'ArrowRight')).toEqual({ parent: 'lamps', before: null })
  expect(step('c.yaml', 'ArrowRight')).toBeNull()
  expect(step('lamps/on.yaml', 'ArrowLeft')).toEqual({ parent: '', before: 'b.yaml' })
  expect(step('b.yaml', 'ArrowLeft')).toBeNull()
})
