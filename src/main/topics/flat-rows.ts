import type { TopicSort } from '../../shared/contract/topics'
import { byRate, orderOf, type NodeOrder } from './order'
import { merge, type PlacedRow, type RowRules, type VisibleRows } from './visible-rows'
import { nodesTo, type TopicNode } from './node'

/** Topics as a flat list, without their branches. */
export class FlatRows<P> implements VisibleRows {
  private rows: TopicNode[] = []
  private added: TopicNode[] = []
  private readonly byName: NodeOrder
  /** null: sorted by name. */
  private readonly byKey: NodeOrder | null
  private readonly order: NodeOrder

  constructor(
    root: TopicNode,
    sort: TopicSort,
    private readonly rules: Pick<RowRules<P>, 'placeOf' | 'step' | 'shows'>
  ) {
    this.byName = orderOf({ by: 'name', descending: sort.by === 'name' && sort.descending })
    const byPath = pathOrder(this.byName)
    const byKey = keyOrder(sort)
    this.byKey = byKey
    this.order = byKey ? (a, b) => byKey(a, b) || byPath(a, b) : byPath
    this.gather(root)
    this.sort()
  }

  get total(): number {
    return this.rows.length
  }

  add(node: TopicNode): void {
    if (node.entry) this.added.push(node)
  }

  settle(): boolean {
    if (this.added.length === 0) return false
    this.rows = merge(this.rows, this.added.sort(this.order), this.order)
    this.added = []
    return true
  }

  /** Nothing to open in a list. */
  open(): void {}

  close(): void {}

  /** The sort is stable: topics with equal keys keep their order, initially by name. */
  sort(): void {
    if (this.byKey) this.rows.sort(this.byKey)
  }

  slice(first: number, count: number): PlacedRow[] {
    const siblings = this.rows.length
    return this.rows
      .slice(first, first + count)
      .map((node, index) => ({ node, depth: 0, open: false, position: first + index, siblings }))
  }

  indexOf(node: TopicNode): number {
    if (this.byKey) return this.rows.indexOf(node)
    let low = 0
    let high = this.rows.length - 1
    while (low <= high) {
      const middle = (low + high) >>> 1
      const order = this.order(this.rows[middle]!, node)
      if (order === 0) return middle
      if (order < 0) low = middle + 1
      else high = middle - 1
    }
    return -1
  }

  /** Walks the tree level by level, so that only siblings are compared. Comparing whole topics would take many times as long. */
  private gather(root: TopicNode): void {
    const { rules } = this
    const waiting = [{ node: root, place: rules.placeOf(root) }]
    for (let next; (next = waiting.pop());) {
      const { node, place } = next
      if (node.entry && node.parent) this.rows.push(node)
      const children = [...(node.children?.values() ?? [])].filter((child) => rules.shows(place, child))
      // `waiting` is a stack, so the first child must be pushed last.
      for (const child of children.sort(this.byName).reverse())
        waiting.push({ node: child, place: rules.step(place, child) })
    }
  }
}

function keyOrder({ by, descending }: TopicSort): NodeOrder | null {
  const direction = descending ? -1 : 1
  switch (by) {
    case 'name':
    case 'topics': // Every row of a list is one topic.
      return null
    case 'rate':
      return (a, b) => direction * byRate(a, b)
    case 'messages':
      return (a, b) => direction * ((a.entry?.messages ?? 0) - (b.entry?.messages ?? 0))
    case 'changed':
      return (a, b) => direction * ((a.entry?.lastId ?? 0) - (b.entry?.lastId ?? 0))
  }
}

/** Orders topics as the tree does: level by level, a branch before its children. */
function pathOrder(siblings: NodeOrder): NodeOrder {
  return (a, b) => {
    if (a === b) return 0
    const [above, aboveB] = [nodesTo(a), nodesTo(b)]
    let depth = 0
    while (depth < above.length && above[depth] === aboveB[depth]) depth++
    const [left, right] = [above[depth], aboveB[depth]]
    if (!left) return -1
    return right ? siblings(left, right) : 1
  }
}
