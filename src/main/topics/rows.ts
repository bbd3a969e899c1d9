import type { NodeOrder } from './order'
import type { TopicNode } from './tree'

/** Which nodes a set of rows shows, and which of them are open. */
export interface RowRules {
  order: NodeOrder
  /** Keys change under way (messages, last change): a stale order may not be searched by halving. */
  moving: boolean
  shows(node: TopicNode): boolean
  isOpen(node: TopicNode): boolean
}

/** An open node: its shown children in order, and those of them that are open too. */
class Branch {
  rows: TopicNode[] = []
  added: TopicNode[] = []
  readonly open = new Map<TopicNode, Branch>()
  /** Rows below this node, at every depth. */
  total = 0
  /** Open children by their place in `rows`; null when it must be found anew. */
  places: { place: number; branch: Branch }[] | null = null

  constructor(
    readonly node: TopicNode,
    readonly parent: Branch | null
  ) {}
}

/** A row's node and where it stands. */
export interface PlacedRow {
  node: TopicNode
  depth: number
  open: boolean
  /** 0-based place among its shown siblings, and how many those are. */
  position: number
  siblings: number
}

/** Rows that can be looked at by index, and that nodes come into. */
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
 * The visible rows of a tree as a flat list that is never built: finding the row at an index, or the index of a row,
 * costs the open branches on the way, not the rows.
 */
export class Rows implements VisibleRows {
  private root: Branch
  private branches = new Map<TopicNode, Branch>()
  private unsettled = new Set<Branch>()

  constructor(
    root: TopicNode,
    private readonly rules: RowRules
  ) {
    this.root = new Branch(root, null)
    this.openBranch(this.root)
  }

  /** Rows in all. Call `settle` first when nodes were added. */
  get total(): number {
    return this.root.total
  }

  /** A node that is to be shown from now on. */
  add(node: TopicNode): void {
    const branch = node.parent && this.branches.get(node.parent)
    if (!branch) return
    branch.added.push(node)
    this.unsettled.add(branch)
  }

  /** Puts added nodes in their places. True when there were any. */
  settle(): boolean {
    if (this.unsettled.size === 0) return false
    // Opening an added node settles that branch itself, at once.
    for (const branch of this.unsettled) {
      const added = branch.added.sort(this.rules.order)
      branch.added = []
      branch.rows = merge(branch.rows, added, this.rules.order)
      branch.places = null
      this.grow(branch, added.length)
      for (const node of added) this.openIfAsked(branch, node)
    }
    this.unsettled.clear()
    return true
  }

  /** Opens a shown node. */
  open(node: TopicNode): void {
    const parent = node.parent && this.branches.get(node.parent)
    if (!parent || this.branches.has(node)) return
    this.attach(parent, node)
  }

  /** Closes a node, and with it what was open below. */
  close(node: TopicNode): void {
    const branch = this.branches.get(node)
    if (!branch?.parent) return
    this.forget(branch)
    branch.parent.open.delete(node)
    branch.parent.places = null
    this.grow(branch.parent, -branch.total)
  }

  /** Puts every branch in order again. */
  sort(): void {
    for (const branch of this.branches.values()) {
      branch.rows.sort(this.rules.order)
      branch.places = null
    }
  }

  /** Rows `first` to `first + count - 1`, as far as there are any. */
  slice(first: number, count: number): PlacedRow[] {
    const found: PlacedRow[] = []
    if (count > 0) this.collect(this.root, 0, first, first + count, found)
    return found
  }

  /** The index of a node among the rows, or -1 when it is not visible. */
  indexOf(node: TopicNode): number {
    let index = -1
    for (let at = node; at.parent; at = at.parent) {
      const branch = this.branches.get(at.parent)
      if (!branch) return -1
      const place = this.placeOf(branch, at)
      if (place < 0) return -1
      index += place + 1
      for (const open of this.placesOf(branch)) {
        if (open.place >= place) break
        index += open.branch.total
      }
    }
    return index
  }

  private collect(branch: Branch, depth: number, from: number, to: number, found: PlacedRow[]): void {
    const siblings = branch.rows.length
    const places = this.placesOf(branch)
    const emit = (start: number, end: number, index: number): void => {
      for (
        let place = Math.max(start, start + from - index);
        place < end && index + place - start < to;
        place++
      ) {
        const node = branch.rows[place]!
        found.push({ node, depth, open: branch.open.has(node), position: place, siblings })
      }
    }
    let index = 0
    let place = 0
    for (const open of places) {
      const end = open.place + 1
      if (index + end - place > from) emit(place, end, index)
      index += end - place
      place = end
      if (index >= to) return
      if (index + open.branch.total > from)
        this.collect(open.branch, depth + 1, from - index, to - index, found)
      index += open.branch.total
      if (index >= to) return
    }
    emit(place, siblings, index)
  }

  private openBranch(branch: Branch): void {
    this.branches.set(branch.node, branch)
    const children = branch.node.children?.values() ?? []
    branch.rows = [...children].filter((node) => this.rules.shows(node)).sort(this.rules.order)
    this.grow(branch, branch.rows.length)
    for (const node of branch.rows) this.openIfAsked(branch, node)
  }

  private openIfAsked(branch: Branch, node: TopicNode): void {
    if (node.children && this.rules.isOpen(node)) this.attach(branch, node)
  }

  private attach(parent: Branch, node: TopicNode): void {
    const branch = new Branch(node, parent)
    parent.open.set(node, branch)
    parent.places = null
    this.openBranch(branch)
  }

  private forget(branch: Branch): void {
    this.branches.delete(branch.node)
    this.unsettled.delete(branch)
    for (const child of branch.open.values()) this.forget(child)
  }

  private grow(branch: Branch, by: number): void {
    for (let up: Branch | null = branch; up; up = up.parent) up.total += by
  }

  private placesOf(branch: Branch): { place: number; branch: Branch }[] {
    branch.places ??=
      branch.open.size < 50 && !this.rules.moving
        ? [...branch.open.values()]
            .map((open) => ({ place: this.placeOf(branch, open.node), branch: open }))
            .sort((a, b) => a.place - b.place)
        : branch.rows.flatMap((node, place) => {
            const open = branch.open.get(node)
            return open ? [{ place, branch: open }] : []
          })
    return branch.places
  }

  private placeOf(branch: Branch, node: TopicNode): number {
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

/** Puts ordered nodes among ordered rows. */
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
