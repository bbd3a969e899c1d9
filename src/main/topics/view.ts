import { isDeepStrictEqual } from 'node:util'
import type { OpenBranches, TopicFrame, TopicRow } from '../../shared/contract/topics'
import { Expansion } from './expansion'
import { Filtering } from './view-filter'
import { FlatRows } from './flat-rows'
import { HiddenTopics } from './hidden'
import { orderOf } from './order'
import { rateOf, tickAt } from './rate'
import { pinnedRows, rowOf, rowsOf, type RowMaking, type SentRow } from './topic-row'
import { Rows, type PlacedRow, type VisibleRows } from './visible-rows'
import { nextNamed } from './type-ahead'
import { nodesTo, type TopicNode } from './node'
import { type TopicTree, type TreeWatcher } from './tree'
import type { BranchChange, ViewOptions, ViewReaders } from './view-options'
import { Visibility } from './visibility'

/** A sort by changing keys is repeated at most this often (ms), and for at most a twentieth of the time. */
const RESORT_EVERY = 1_000
const RESORT_SHARE = 20

/**
 * One renderer's view of a tree: its open branches, order, filter and window of rows. `frame` returns the changes since the last frame.
 * Its cost depends on the size of the window, not of the tree.
 */
export class TopicView implements TreeWatcher {
  private readonly visibility: Visibility
  private readonly filtering: Filtering
  private rows: VisibleRows
  /** Expanded nodes that got their first child. */
  private toOpen = new Set<TopicNode>()
  private sent: SentRow[] = []
  private sentPins: TopicRow[] = []
  private lastChosen: TopicRow | null = null
  private anchor: TopicNode | null = null
  private shapeChanged = true
  private whole = true
  private resortAt = 0
  private readonly options: ViewOptions

  constructor(
    readonly id: string,
    private readonly tree: TopicTree,
    { options, expanded }: { options: ViewOptions; expanded: OpenBranches },
    private readonly readers: ViewReaders,
    /** Requests a frame soon. */
    private readonly wake: () => void
  ) {
    this.options = options
    this.filtering = new Filtering(
      tree,
      (topic) => this.visibility.hidden.hidesTopic(topic),
      readers.value,
      () => {
        this.rebuild()
        this.wake()
      }
    )
    this.visibility = new Visibility(
      new Expansion(expanded),
      new HiddenTopics(options.hidden),
      this.filtering,
      readers.isThere
    )
    this.rows = this.buildRows()
    tree.watchers.add(this)
    if (options.filter.text !== '') this.startFilter()
  }

  close(): void {
    this.filtering.stop()
    this.tree.watchers.delete(this)
  }

  update(change: Partial<ViewOptions>, branches?: Partial<BranchChange>): void {
    const { window, hidden } = change
    const isOtherFilter = change.filter && !isDeepStrictEqual(change.filter, this.options.filter)
    Object.assign(this.options, change)
    if (window) {
      this.options.window = { ...window }
      this.whole = true
    }
    if (change.pinned) this.whole = true
    if (hidden) this.visibility.hidden = new HiddenTopics(hidden)
    // Hidden topics do not match, so the filter must run again.
    if (isOtherFilter || (hidden && this.options.filter.text !== '')) this.startFilter()
    if (change.sort || hidden || change.flat !== undefined) this.rebuild()
    if (branches) this.changeBranches(branches)
    this.wake()
  }

  private changeBranches({
    expand = [],
    collapse = [],
    openTo = null,
    openBelow = null
  }: Partial<BranchChange>): void {
    for (const path of expand) this.expand(path)
    for (const path of collapse) this.collapse(path)
    if (openTo !== null) this.visibility.expansion.openTo(openTo)
    if (openBelow !== null) this.visibility.expansion.openBelow(openBelow)
    if (openTo !== null || openBelow !== null) this.rebuild()
  }

  /** Opens every branch above a path and returns its row index, or null if the view does not show it. */
  reveal(path: string): number | null {
    const node = this.tree.find(path)
    if (!node) return null
    this.settle()
    this.visibility.expansion.openAbove(path)
    // Opening the first closed branch also opens the open ones below it.
    for (const branch of nodesTo(node).slice(0, -1)) this.rows.open(branch)
    this.shapeChanged = true
    this.wake()
    const index = this.rows.indexOf(node)
    return index < 0 ? null : index
  }

  /** Returns the next row after `from`, wrapping around, whose name starts with the text, ignoring case. */
  find(text: string, from: number): { index: number; path: string } | null {
    this.settle()
    return nextNamed(this.rows, text, from, (node) => (this.options.flat ? node.path : node.name))
  }

  rowAt(index: number): { index: number; path: string } | null {
    this.settle()
    const last = Math.min(index, this.rows.total - 1)
    const row = this.rows.slice(Math.max(last, 0), 1)[0]
    return row ? { index: Math.max(last, 0), path: row.node.path } : null
  }

  topicAdded(node: TopicNode, created: readonly TopicNode[]): void {
    const appeared = this.filtering.current
      ? this.filtering.current.added(node)
      : this.options.flat
        ? [node]
        : created
    if (appeared.length === 0) return
    const shown = new Set(appeared)
    let place = this.visibility.root
    let below: TopicNode | null = null
    // Outermost first, because each level's place is derived from the one above.
    for (const next of nodesTo(node)) {
      if (shown.has(next) && !this.visibility.isHidden(place, next)) {
        this.rows.add(next)
        if (below) this.toOpen.add(below)
      }
      below = this.visibility.isOpen(place, next) ? next : null
      place = this.visibility.step(place, next)
    }
  }

  reset(): void {
    if (this.options.filter.text !== '') this.startFilter()
    this.rebuild()
    this.wake()
  }

  /** Discards the rows already sent, because the rendering of messages has changed. */
  forgetRows(): void {
    this.sent = []
    this.sentPins = []
    this.lastChosen = null
    this.whole = true
  }

  /** Returns the frame to send, or null if nothing visible changed. `live`: a visible rate is above 0 and still falling. */
  frame(): { frame: TopicFrame | null; live: boolean } {
    this.settle()
    this.resort()
    this.filtering.recheck()
    const { window, selected, flat } = this.options
    const first = this.place()
    const placed = this.rows.slice(first, window.count)
    const tick = tickAt(Date.now())
    const making: RowMaking = { tick, readLast: this.readers.last, flat }
    const rows = rowsOf(placed, making, this.sent)
    const whole = this.whole || this.shapeChanged || rows.length !== this.sent.length
    const changed = rows.flatMap(({ row }, index): [number, TopicRow][] =>
      row === this.sent[index]?.row ? [] : [[index, row]]
    )
    const chosen = selected === null ? undefined : this.tree.find(selected)
    const live = rows.some(({ row }) => row.rate > 0) || (chosen !== undefined && rateOf(chosen, tick) > 0)
    this.anchor = placed[0]?.node ?? null
    window.first = first
    const chosenRow = chosen && selected !== null ? this.selectedRow(chosen, selected, making) : null
    const pins = pinnedRows(this.tree, this.options.pinned, making, this.sentPins)
    const pinsChanged =
      this.whole || pins.length !== this.sentPins.length || pins.some((row, i) => row !== this.sentPins[i])
    if (!whole && changed.length === 0 && !pinsChanged && chosenRow === this.lastChosen)
      return { frame: null, live }
    this.sentPins = pins
    this.sent = rows
    this.lastChosen = chosenRow
    this.whole = false
    this.shapeChanged = false
    const frame: TopicFrame = {
      viewId: this.id,
      sequence: window.sequence,
      total: this.rows.total,
      first,
      rows: whole ? rows.map(({ row }) => row) : null,
      changed: whole ? [] : changed,
      selected: chosenRow && chosen ? { row: chosenRow, index: this.rows.indexOf(chosen) } : null,
      selectedPath: selected,
      topics: this.tree.root.topics,
      matches: this.filtering.current?.matches ?? null,
      filter: this.filtering.current?.spec ?? null,
      filtering: this.filtering.isUnderWay,
      tooSlow: this.filtering.tooSlow,
      hidden: this.visibility.hidden.count(this.tree.root),
      pinned: pinsChanged ? pins : null,
      counting: false
    }
    return { frame, live }
  }

  private selectedRow(node: TopicNode, path: string, making: RowMaking): TopicRow {
    const above = nodesTo(node).slice(0, -1)
    const { visibility } = this
    const place = above.reduce((parent, next) => visibility.step(parent, next), visibility.root)
    const row: PlacedRow = {
      node,
      depth: above.length,
      open: visibility.isOpen(place, node),
      position: 0,
      siblings: 0
    }
    return rowOf(row, path, { ...making, flat: false }, this.lastChosen ?? undefined)
  }

  /** Returns the start of the window. Its first row stays first when rows are added or removed above it. */
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

  /** Sorts again if the sort keys change over time, as often as that stays cheap. */
  private resort(): void {
    if (this.options.sort.by === 'name' || Date.now() < this.resortAt) return
    const started = performance.now()
    this.rows.sort()
    this.shapeChanged = true
    this.resortAt = Date.now() + Math.max(RESORT_EVERY, RESORT_SHARE * (performance.now() - started))
  }

  private expand(path: string): void {
    this.visibility.expansion.open(path)
    const node = this.tree.find(path)
    if (node?.children) this.rows.open(node)
    this.shapeChanged = true
  }

  private collapse(path: string): void {
    this.visibility.expansion.close(path)
    const node = this.tree.find(path)
    if (node) this.rows.close(node)
    this.shapeChanged = true
  }

  private startFilter(): void {
    this.visibility.expansion.reopen()
    this.filtering.start(this.options.filter)
  }

  private rebuild(): void {
    this.toOpen.clear()
    this.rows = this.buildRows()
    this.resortAt = 0
    this.shapeChanged = true
    this.whole = true
  }

  private buildRows(): VisibleRows {
    const { sort, flat } = this.options
    const { visibility, tree } = this
    if (flat) return new FlatRows(tree.root, sort, visibility)
    return new Rows(tree.root, {
      order: orderOf(sort),
      moving: sort.by !== 'name',
      placeOf: (node) => visibility.placeOf(node),
      step: (place, node) => visibility.step(place, node),
      shows: (parent, node) => visibility.shows(parent, node),
      isOpen: (parent, node) => visibility.isOpen(parent, node)
    })
  }
}
