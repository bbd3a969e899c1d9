import type { RowWindow, TopicFrame, TopicRow, TopicSort } from '../../shared/contract/topics'
import { TopicFilter } from './filter'
import { orderOf, type NodeOrder } from './order'
import { rateOf, tickAt } from './rate'
import { rowOf, type ReadLast } from './row'
import { Rows, type PlacedRow } from './rows'
import type { TopicNode, TopicTree, TreeWatcher } from './tree'

/** With at most this many matches, a filter opens every branch that has one. */
const OPEN_ALL_MATCHES = 2_000
/** A sort by something that moves is done anew no more often than this (ms), nor for more than a twentieth of the time. */
const RESORT_EVERY = 1_000
const RESORT_SHARE = 20

export interface ViewOptions {
  sort: TopicSort
  filter: string
  window: RowWindow
  selected: string | null
}

/**
 * One renderer's sight of a tree: which branches are open, the order, the filter and the window of rows. `frame` gives what
 * changed since the last one. Its cost follows the window, not the tree.
 */
export class TopicView implements TreeWatcher {
  private readonly expanded: Set<string>
  /** Branches that were closed by hand while the filter opens all. */
  private closed = new Set<string>()
  private filter: TopicFilter | null = null
  private upcoming: TopicFilter | null = null
  private order: NodeOrder
  private rows: Rows
  /** Nodes that got their first child and are expanded. */
  private toOpen = new Set<TopicNode>()
  private sent: TopicRow[] = []
  private lastChosen: TopicRow | null = null
  private anchor: TopicNode | null = null
  private shapeChanged = true
  private whole = true
  private resortAt = 0

  constructor(
    readonly id: string,
    private readonly tree: TopicTree,
    private readonly options: ViewOptions,
    expanded: string[],
    private readonly readLast: ReadLast,
    /** Asks for a frame soon. */
    private readonly wake: () => void
  ) {
    this.expanded = new Set(expanded)
    this.order = orderOf(options.sort)
    this.rows = this.buildRows()
    tree.watchers.add(this)
    if (options.filter) this.startFilter(options.filter)
  }

  close(): void {
    this.upcoming?.cancel()
    this.tree.watchers.delete(this)
  }

  update(change: Partial<ViewOptions>, expand: string[] = [], collapse: string[] = []): void {
    const { sort, filter, window, selected } = change
    if (window) {
      this.options.window = { ...window }
      this.whole = true
    }
    if (selected !== undefined) this.options.selected = selected
    if (sort) {
      this.options.sort = sort
      this.order = orderOf(sort)
      this.rebuild()
    }
    if (filter !== undefined && filter !== this.options.filter) {
      this.options.filter = filter
      this.startFilter(filter)
    }
    for (const path of expand) this.expand(path)
    for (const path of collapse) this.collapse(path)
    this.wake()
  }

  /** Opens every branch above a path; its index among the rows, or null when the view does not have it. */
  reveal(path: string): number | null {
    const node = this.tree.find(path)
    if (!node) return null
    this.settle()
    const above: TopicNode[] = []
    for (let up = node.parent; up?.parent; up = up.parent) above.unshift(up)
    for (const branch of above) this.expand(branch.path)
    this.wake()
    const index = this.rows.indexOf(node)
    return index < 0 ? null : index
  }

  /** The next row after `from`, wrapping, whose name starts with the text, whatever its case. */
  find(text: string, from: number): { index: number; path: string } | null {
    this.settle()
    const needle = text.toLowerCase()
    const total = this.rows.total
    const chunk = 1_000
    for (let passed = 0; passed < total; passed += chunk) {
      const start = (from + 1 + passed) % total
      const count = Math.min(chunk, total - passed)
      const ahead = this.rows.slice(start, count)
      if (ahead.length < count) ahead.push(...this.rows.slice(0, count - ahead.length))
      const hit = ahead.findIndex(({ node }) => node.name.toLowerCase().startsWith(needle))
      if (hit >= 0) return { index: (start + hit) % total, path: ahead[hit]!.node.path }
    }
    return null
  }

  at(index: number): { index: number; path: string } | null {
    this.settle()
    const last = Math.min(index, this.rows.total - 1)
    const row = this.rows.slice(Math.max(last, 0), 1)[0]
    return row ? { index: Math.max(last, 0), path: row.node.path } : null
  }

  topicAdded(node: TopicNode, created: readonly TopicNode[]): void {
    const appeared = this.filter ? this.filter.added(node) : created
    for (const shown of appeared) {
      this.rows.add(shown)
      if (shown.parent?.parent && this.isOpen(shown.parent)) this.toOpen.add(shown.parent)
    }
  }

  reset(): void {
    if (this.options.filter) this.startFilter(this.options.filter)
    this.rebuild()
    this.wake()
  }

  /** What is to be told now, or null when nothing in sight changed. `live`: a rate in sight is still falling. */
  frame(): { frame: TopicFrame | null; live: boolean } {
    this.settle()
    this.resort()
    const { window, selected } = this.options
    const first = this.place()
    const placed = this.rows.slice(first, window.count)
    const tick = tickAt(Date.now())
    const rows = placed.map((row, index) => rowOf(row, tick, this.readLast, this.sent[index]))
    const whole = this.whole || this.shapeChanged || rows.length !== this.sent.length
    const changed = rows.flatMap((row, index): [number, TopicRow][] =>
      row === this.sent[index] ? [] : [[index, row]]
    )
    const chosen = selected === null ? undefined : this.tree.find(selected)
    const live = rows.some((row) => row.rate > 0) || (chosen !== undefined && rateOf(chosen, tick) > 0)
    this.anchor = placed[0]?.node ?? null
    window.first = first
    const chosenRow = chosen ? this.selectedRow(chosen, tick) : null
    if (!whole && changed.length === 0 && chosenRow === this.lastChosen) return { frame: null, live }
    this.sent = rows
    this.lastChosen = chosenRow
    this.whole = false
    this.shapeChanged = false
    const frame: TopicFrame = {
      viewId: this.id,
      sequence: window.sequence,
      total: this.rows.total,
      first,
      rows: whole ? rows : null,
      changed: whole ? [] : changed,
      selected: chosenRow && chosen ? { row: chosenRow, index: this.rows.indexOf(chosen) } : null,
      topics: this.tree.root.topics,
      matches: this.filter?.matches ?? null,
      filtering: this.upcoming !== null
    }
    return { frame, live }
  }

  private selectedRow(node: TopicNode, tick: number): TopicRow {
    let depth = -1
    for (let up: TopicNode | null = node; up?.parent; up = up.parent) depth++
    const row: PlacedRow = { node, depth, open: this.isOpen(node), position: 0, siblings: 0 }
    return rowOf(row, tick, this.readLast, this.lastChosen ?? undefined)
  }

  /** Where the window starts now: its first row stays first when others came or went above it. */
  private place(): number {
    const { window, sort } = this.options
    let { first } = window
    if (this.shapeChanged && !this.whole && first > 0 && this.anchor && sort.by === 'name') {
      const index = this.rows.indexOf(this.anchor)
      if (index >= 0) first = index
    }
    return Math.max(0, Math.min(first, this.rows.total - 1))
  }

  private settle(): void {
    if (this.rows.settle()) this.shapeChanged = true
    for (const node of this.toOpen) this.rows.open(node)
    this.toOpen.clear()
  }

  /** Orders anew what is ordered by something that moves, as often as that stays cheap. */
  private resort(): void {
    if (this.options.sort.by === 'name' || Date.now() < this.resortAt) return
    const started = performance.now()
    this.rows.sort()
    this.shapeChanged = true
    this.resortAt = Date.now() + Math.max(RESORT_EVERY, RESORT_SHARE * (performance.now() - started))
  }

  private expand(path: string): void {
    this.expanded.add(path)
    this.closed.delete(path)
    const node = this.tree.find(path)
    if (node?.children) this.rows.open(node)
    this.shapeChanged = true
  }

  private collapse(path: string): void {
    this.expanded.delete(path)
    this.closed.add(path)
    const node = this.tree.find(path)
    if (node) this.rows.close(node)
    this.shapeChanged = true
  }

  private startFilter(text: string): void {
    this.upcoming?.cancel()
    this.upcoming = null
    this.closed.clear()
    if (text === '') {
      this.filter = null
      this.rebuild()
      return
    }
    const upcoming = new TopicFilter(text)
    this.upcoming = upcoming
    void upcoming.scan(this.tree).then((finished) => {
      if (!finished || this.upcoming !== upcoming) return
      this.upcoming = null
      this.filter = upcoming
      this.rebuild()
      this.wake()
    })
  }

  private rebuild(): void {
    this.toOpen.clear()
    this.rows = this.buildRows()
    this.resortAt = 0
    this.shapeChanged = true
    this.whole = true
  }

  private buildRows(): Rows {
    return new Rows(this.tree.root, {
      order: this.order,
      moving: this.options.sort.by !== 'name',
      shows: (node) => this.filter?.shows(node) ?? true,
      isOpen: (node) => this.isOpen(node)
    })
  }

  private isOpen(node: TopicNode): boolean {
    if (this.filter && this.filter.matches <= OPEN_ALL_MATCHES) return !this.closed.has(node.path)
    return this.expanded.size > 0 && this.expanded.has(node.path)
  }
}
