import { expect, it } from 'vitest'
import type { TopicSort } from '../../shared/contract/topics'
import { randomFrom } from '../../shared/random'
import { TestTree } from './fixture'
import { orderOf, type NodeOrder } from './order'
import { Rows, type PlacedRow } from './visible-rows'
import type { TopicNode } from './node'

/** Reference model: the rows from a plain walk of the whole tree. */
function naive(node: TopicNode, order: NodeOrder, open: Set<string>, depth = 0): PlacedRow[] {
  const children = [...(node.children?.values() ?? [])].sort(order)
  return children.flatMap((child, position) => {
    const isOpen = open.has(child.path) && child.children !== null
    const row = { node: child, depth, open: isOpen, position, siblings: children.length }
    return [row, ...(isOpen ? naive(child, order, open, depth + 1) : [])]
  })
}

const byName: TopicSort = { by: 'name', descending: false }

it.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'shows the same rows as a walk of the whole tree after random operations (seed %i)',
  (seed) => {
    const random = randomFrom(seed)
    const tree = new TestTree()
    const open = new Set<string>()
    const order = orderOf(random(2) === 0 ? byName : { by: 'name', descending: true })
    const rows = new Rows(tree.root, {
      order,
      moving: false,
      placeOf: () => null,
      step: () => null,
      shows: () => true,
      isOpen: (_, node) => open.has(node.path)
    })
    tree.watchers.add({
      topicAdded: (_node, created) => {
        for (const node of created) rows.add(node)
      },
      reset: () => undefined
    })
    const anyTopic = (): string =>
      Array.from(
        { length: 1 + random(4) },
        () => ['', 'a', 'b', 'a1', 'a10', 'a2', '$x', 'constructor'][random(8)]
      ).join('/')

    for (let step = 0; step < 400; step++) {
      const visible = naive(tree.root, order, open)
      const row = visible[random(visible.length || 1)]
      switch (random(4)) {
        case 0:
        case 1: {
          const topic = anyTopic()
          tree.receive(topic)
          break
        }
        case 2:
          rows.settle()
          if (row?.node.children) {
            open.add(row.node.path)
            rows.open(row.node)
          }
          break
        case 3:
          rows.settle()
          if (row) {
            // Closing a node also closes everything below it, so the model must as well.
            for (const path of open)
              if (path === row.node.path || path.startsWith(`${row.node.path}/`)) open.delete(path)
            rows.close(row.node)
          }
          break
      }
      rows.settle()
      const model = naive(tree.root, order, open)
      expect(rows.total).toBe(model.length)
      const first = random(model.length + 2)
      const count = random(12)
      expect(rows.slice(first, count)).toEqual(model.slice(first, first + count))
      const probe = random(model.length || 1)
      if (model[probe]) expect(rows.indexOf(model[probe].node)).toBe(probe)
    }
  }
)

it('keeps a stale order consistent while its keys change, until it is sorted again', () => {
  const random = randomFrom(9)
  const tree = new TestTree()
  const open = new Set(['t1', 't3', 't5'])
  const order = orderOf({ by: 'messages', descending: true })
  const rules = {
    order,
    moving: true,
    placeOf: () => null,
    step: () => null,
    shows: () => true,
    isOpen: (_: null, node: TopicNode) => open.has(node.path)
  }
  for (let i = 0; i < 20; i++) for (let k = 0; k < 3; k++) tree.receive(`t${i}/k${k}`)
  const rows = new Rows(tree.root, rules)
  for (let i = 0; i < 500; i++) tree.receive(`t${random(20)}/k${random(3)}`)
  const shown = rows.slice(0, rows.total)
  expect(shown).toHaveLength(29)
  for (const [index, { node }] of shown.entries()) expect(rows.indexOf(node)).toBe(index)
  rows.sort()
  expect(rows.slice(0, rows.total)).toEqual(naive(tree.root, order, open))
})
