import type { NodeOrder } from './order'
import type { TopicNode } from './node'

/**
 * Which nodes a set of rows shows, and which of them are open. A node's place (`P`: what is known from the levels above it) is passed
 * down to its children, so that no path has to be built per node.
 */
export interface RowRules<P> {
  order: NodeOrder
  /** Whether the sort keys change over time (messages, last change). A stale order must not be searched by bisection. */
  moving: boolean
  /** Returns the place of any node, starting from the root. */
  placeOf(node: TopicNode): P
  /** Returns the place of a child of the node at a place. */
  step(place: P, child: TopicNode): P
  shows(parent: P, node: TopicNode): boolean
  isOpen(parent: P, node: TopicNode): boolean
}

/** An open node: its visible children in order, and those of them that are open. */
class Branch {
  rows: TopicNode[] = []
  added: TopicNode[] = []
  readonly open = new Map<TopicNode, Branch>()
  /** Rows below this node, at every depth. */
  total = 0
  /** Open children by their index in `rows`; null if it must be recomputed. */
  places: { place: number; branch: Branch }[] | null = null

  constructor(
    readonly node: TopicNode,
    readonly parent: Branch | null
  ) {}
}

/** A row's node and its position. */
export interface PlacedRow {
  node: TopicNode
  depth: number
  open: boolean
  /** 0-based index among its visible siblings, and their number. */
  position: number
  siblings: number
}

/** Rows that can be read by index and to which nodes can be added. */
export interface VisibleRows {
  readonly total: number
  add(node: TopicNode): void
  settle(): boolean
  open(node: TopicNode): void
  close(node: TopicNode): void
  sort(): void
  slice(first: number, count: number): PlacedRow[]
  indexOf(node: TopicNode): number
}

/**
 * The visible rows of a tree as a virtual flat list: finding the row at an index, or the index of a row, costs time per open branch on the
 * way, not per row.
 */
export class Rows<P> implements VisibleRows {
  private root: Branch
  private branches = new Map<TopicNode, Branch>()
  private unsettled = new Set<Branch>()

  constructor(
    root: TopicNode,
    private readonly rules: RowRules<P>
  ) {
    this.root = new Branch(root, null)
    this.openBranch(this.root)
  }

  /** Total number of rows. Call `settle` first if nodes were added. */
  get total(): number {
    return this.root.total
  }

  /** Adds a node, which is shown after `settle`. */
  add(node: TopicNode): void {
    const branch = node.parent && this.branches.get(node.parent)
    if (!branch) return
    branch.added.push(node)
    this.unsettled.add(branch)
  }

  /** Inserts added nodes in order. Returns whether there were any. */
  settle(): boolean {
    if (this.unsettled.size === 0) return false
    // Opening an added node also places its own children.
    for (const branch of this.unsettled) {
      const added = branch.added.sort(this.rules.order)
      branch.added = []
      branch.rows = merge(branch.rows, added, this.rules.order)
      branch.places = null
      this.grow(branch, added.length)
      const place = this.rules.placeOf(branch.node)
      for (const node of added) {
        if (node.children && this.rules.isOpen(place, node)) this.openBranch(this.attach(branch, node))
      }
    }
    this.unsettled.clear()
    return true
  }

  /** Opens a visible node. */
  open(node: TopicNode): void {
    const parent = node.parent && this.branches.get(node.parent)
    if (!parent || this.branches.has(node)) return
    this.openBranch(this.attach(parent, node))
  }

  /** Closes a node and everything open below it. */
  close(node: TopicNode): void {
    const branch = this.branches.get(node)
    if (!branch?.parent) return
    this.forget(branch)
    branch.parent.open.delete(node)
    branch.parent.places = null
    this.grow(branch.parent, -branch.total)
  }

  /** Sorts every branch again. */
  sort(): void {
    for (const branch of this.branches.values()) {
      branch.rows.sort(this.rules.order)
      branch.places = null
    }
  }

  /** Returns rows `first` to `first + count - 1`, as far as they exist. */
  slice(first: number, count: number): PlacedRow[] {
    const found: PlacedRow[] = []
    const end = Math.min(first + count, this.total)
    // The open branches on the way, outermost first, each with its next row and its next open child.
    const way = [{ branch: this.root, row: 0, child: 0 }]
    for (let index = 0, at; index < end && (at = way.at(-1));) {
      const { branch } = at
      const child = this.placesOf(branch)[at.child]
      const rows = child ? child.place + 1 : branch.rows.length
      const passed = Math.min(rows - at.row, Math.max(0, first - index))
      at.row += passed
      index += passed
      for (; at.row < rows && index < end; at.row++, index++) {
        const node = branch.rows[at.row]!
        found.push({
          node,
          depth: way.length - 1,
          open: branch.open.has(node),
          position: at.row,
          siblings: branch.rows.length
        })
      }
      if (!child) way.pop()
      else {
        at.child++
        if (index + child.branch.total > first) way.push({ branch: child.branch, row: 0, child: 0 })
        else index += child.branch.total
      }
    }
    return found
  }

  /** Returns the index of a node among the rows, or -1 if it is not visible. */
  indexOf(node: TopicNode): number {
    let index = -1
    for (let at = node; at.parent; at = at.parent) {
      const branch = this.branches.get(at.parent)
      if (!branch) return -1
      const place = this.rowIn(branch, at)
      if (place < 0) return -1
      index += place + 1
      for (const open of this.placesOf(branch)) {
        if (open.place >= place) break
        index += open.branch.total
      }
    }
    return index
  }

  /** Opens a branch and every branch below it that the rules open. */
  private openBranch(outermost: Branch): void {
    const { rules } = this
    const opened: Branch[] = []
    const waiting = [{ branch: outermost, place: rules.placeOf(outermost.node) }]
    for (let next; (next = waiting.pop());) {
      const { branch, place } = next
      opened.push(branch)
      this.branches.set(branch.node, branch)
      const children = [...(branch.node.children?.values() ?? [])]
      branch.rows = children.filter((node) => rules.shows(place, node)).sort(rules.order)
      branch.total = branch.rows.length
      for (const node of branch.rows) {
        if (!node.children || !rules.isOpen(place, node)) continue
        waiting.push({ branch: this.attach(branch, node), place: rules.step(place, node) })
      }
    }
    // Innermost first, so that each branch's total is complete when it is added to its parent.
    for (const branch of opened.reverse()) {
      if (branch === outermost) break
      branch.parent!.total += branch.total
    }
    if (outermost.parent) this.grow(outermost.parent, outermost.total)
  }

  private attach(parent: Branch, node: TopicNode): Branch {
    const branch = new Branch(node, parent)
    parent.open.set(node, branch)
    parent.places = null
    return branch
  }

  private forget(outermost: Branch): void {
    const waiting = [outermost]
    for (let branch; (branch = waiting.pop());) {
      this.branches.delete(branch.node)
      this.unsettled.delete(branch)
      for (const child of branch.open.values()) waiting.push(child)
    }
  }

  private grow(branch: Branch, by: number): void {
    for (let up: Branch | null = branch; up; up = up.parent) up.total += by
  }

  private placesOf(branch: Branch): { place: number; branch: Branch }[] {
    branch.places ??=
      branch.open.size < 50 && !this.rules.moving
        ? [...branch.open.values()]
            .map((open) => ({ place: this.rowIn(branch, open.node), branch: open }))
            .sort((a, b) => a.place - b.place)
        : branch.rows.flatMap((node, place) => {
            const open = branch.open.get(node)
            return open ? [{ place, branch: open }] : []
          })
    return branch.places
  }

  private rowIn(branch: Branch, node: TopicNode): number {
    if (this.rules.moving) return branch.rows.indexOf(node)
    let low = 0
    let high = branch.rows.length - 1
    while (low <= high) {
      const middle = (low + high) >>> 1
      const order = this.rules.order(branch.rows[middle]!, node)
      if (order === 0) return middle
      if (order < 0) low = middle + 1
      else high = middle - 1
    }
    return -1
  }
}

/** Merges sorted nodes into sorted rows. */
export function merge(rows: TopicNode[], added: TopicNode[], order: NodeOrder): TopicNode[] {
  if (rows.length === 0) return added
  if (order(rows[rows.length - 1]!, added[0]!) < 0) return rows.concat(added)
  const merged: TopicNode[] = new Array<TopicNode>(rows.length + added.length)
  let i = 0
  let j = 0
  for (let k = 0; k < merged.length; k++) {
    const takeAdded = i >= rows.length || (j < added.length && order(added[j]!, rows[i]!) < 0)
    merged[k] = takeAdded ? added[j++]! : rows[i++]!
  }
  return merged
}
