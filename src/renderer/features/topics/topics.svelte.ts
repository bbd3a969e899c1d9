import { untrack } from 'svelte'
import {
  noFilter,
  topicFilterFault,
  type TopicFilterSpec,
  type TopicFrame,
  type TopicRow,
  type TopicSort
} from '../../../shared/contract/topics'
import type { CallInput } from '../../../shared/contract'
import { noMarks, type Marks } from '../../../shared/contract/marks'
import type { HistoryRef } from '../../../shared/contract/histories'
import type { Api } from '../../../shared/rpc/contract'
import { Latest } from '../../state/latest'
import { preferences } from '../../state/preferences.svelte'
import { rowByKey } from '../../ui/list-keys'
import { changedFilter, isSameFilter } from './filters'
import { RememberedBranches } from './open-branches'
import { Revealing } from './revealing'
import type { TopicEvents } from './topic-events'

/** The visible part of a connection's tree. The worker holds the tree, this class the rows of its window: scrolling requests others. */
export class TopicsState {
  /** Total number of visible rows, and the index of the first of `rows` among them. */
  total = $state(0)
  first = $state(0)
  rows = $state.raw<readonly TopicRow[]>([])
  topics = $state(0)
  matches = $state<number | null>(null)
  filtering = $state(false)
  /** The first frame has arrived. */
  ready = $state(false)
  sort = $state.raw<TopicSort>({ by: 'name', descending: false })
  filter = $state.raw<TopicFilterSpec>(noFilter)
  /** The filter whose matches the rows are; null: everything is shown. */
  applied = $state.raw<TopicFilterSpec | null>(null)
  /** Fault code of an invalid filter. The tree then keeps the previous one. */
  filterFault = $state<string | null>(null)
  /** The filter was abandoned because its regular expression takes too long. */
  tooSlow = $state(false)
  /** Topics are shown as a flat list, without branches. */
  readonly flat = $derived(preferences.get('flat') === 'on')
  pinned = $state.raw<readonly TopicRow[]>([])
  /** Number of hidden topics. */
  hidden = $state(0)
  /** The rows no longer follow: what reads the history has crashed repeatedly. `watch` tries again. */
  frozen = $state(false)
  /** Past moments only: messages are still being counted. */
  counting = $state(false)
  selectedPath = $state<string | null>(null)
  /** The selected node, loaded or not; index -1: not among the visible rows. null: the tree does not contain it. */
  selected = $state.raw<{ row: TopicRow; index: number } | null>(null)
  /** Called to move the scroll position by some rows, because rows appeared or disappeared above. */
  onshift: (rows: number) => void = () => undefined
  /** Called to scroll a row into view. Settles once the window has followed. */
  onreveal: (index: number) => Promise<void> = () => Promise.resolve()

  readonly history: HistoryRef
  readonly #api: Api
  readonly #heard: TopicEvents
  #viewId: string | null = null
  #window = { first: 0, count: 60, sequence: 0 }
  readonly #branches: RememberedBranches
  #marks: Marks = noMarks
  /** The last message that counts; null: the tree is live. */
  #moment: number | null = null
  readonly #watching = new Latest()
  readonly #revealing = new Revealing(
    (index) => this.onreveal(index),
    () => this.#window.sequence
  )

  constructor(api: Api, history: HistoryRef, heard: TopicEvents) {
    this.#api = api
    this.history = history
    this.#heard = heard
    this.#branches = new RememberedBranches(history.id)
  }

  /** Watches until the returned function is called. */
  start(): () => void {
    const stops = [
      this.#api.on('topics.frame', (frame) => this.#take(frame)),
      this.#api.on('topics.lost', ({ again }) => this.#lose(again)),
      () => this.#watching.cancel(),
      () => this.#unwatch()
    ]
    void this.watch()
    return () => stops.forEach((stop) => stop())
  }

  /** Opens a view that replaces the previous one. Call it again when the process or the thread with the tree was replaced. */
  async watch(): Promise<void> {
    const current = this.#watching.begin()
    this.#unwatch()
    const moment = this.#moment
    this.#window.sequence++
    try {
      const { viewId } = await this.#api.call('topics.watch', {
        history: this.history,
        window: { ...this.#window },
        moment,
        expanded: this.#branches.value,
        ...this.#options()
      })
      if (!current()) return this.#tell(this.#api.call('topics.unwatch', { viewId }))
      this.#viewId = viewId
      this.frozen = false
    } catch {
      // No answer: the view is opened again when the process or the worker has been replaced.
      return
    }
    if (this.#moment !== null && this.#moment !== moment) this.#update({ options: {}, moment: this.#moment })
    // The first frame may have arrived before the view's id was known, and changes made meanwhile had no view to update.
    this.show(this.#window.first, this.#window.count)
    this.#update({ options: this.#options() })
  }

  #lose(again: boolean): void {
    if (again) return void this.watch()
    // The live tree of a connection is in its worker.
    if (this.#moment === null && this.history.kind === 'connection') return
    this.#viewId = null
    this.frozen = true
  }

  #unwatch(): void {
    if (this.#viewId) this.#tell(this.#api.call('topics.unwatch', { viewId: this.#viewId }))
    this.#viewId = null
  }

  /** The options of the view, except its window. */
  #options(): Omit<CallInput<'topics.watch'>, 'history' | 'window' | 'expanded' | 'moment'> {
    return untrack(() => ({
      sort: this.sort,
      filter: this.filterFault === null ? this.filter : noFilter,
      flat: this.flat,
      selected: this.selectedPath,
      ...this.#marks
    }))
  }

  /** Sets the window to the rows that the user sees. */
  show(first: number, count: number): void {
    this.#window = { first, count, sequence: this.#window.sequence + 1 }
    this.#update({ options: { window: { ...this.#window } } })
  }

  setSort(sort: TopicSort): void {
    this.sort = sort
    this.#update({ options: { sort } })
  }

  setFilter(change: Partial<TopicFilterSpec>): void {
    this.filter = changedFilter(this.filter, change)
    this.filterFault = topicFilterFault(this.filter)
    if (this.filterFault === null) this.#update({ options: { filter: this.filter } })
  }

  setFlat(flat: boolean): void {
    preferences.set('flat', flat ? 'on' : 'off')
    this.#update({ options: { flat } })
  }

  /** Shows the tree as of a message, or (null) live. */
  setMoment(moment: number | null): void {
    const before = this.#moment
    if (moment === before) return
    this.#moment = moment
    if (moment !== null && before !== null && !this.frozen) this.#update({ options: {}, moment })
    // The archive serves views of the past, the connection's worker the live ones.
    else void this.watch()
  }

  /** Sets the pinned and hidden topics. */
  setMarks(marks: Marks): void {
    this.#marks = marks
    this.#update({ options: marks })
  }

  /** Opens the first levels and closes deeper ones; 0 closes all. */
  openTo(level: number): void {
    this.#branches.openTo(level)
    this.#update({ options: {}, openTo: level })
  }

  /** Opens a branch and all below it. */
  openBelow(path: string): void {
    this.#branches.openBelow(path)
    this.#update({ options: {}, openBelow: path })
  }

  select(path: string | null): void {
    if (path === this.selectedPath) return
    this.selectedPath = path
    // A loaded row is known at once. The next frame brings any other.
    const place = this.rows.findIndex((row) => row.path === path)
    const row = this.rows[place]
    this.selected = row ? { row, index: this.first + place } : null
    this.#update({ options: { selected: path } })
    this.#heard.selected()
  }

  expand(path: string): void {
    this.#branches.open(path)
    this.#update({ options: {}, expand: [path] })
  }

  collapse(path: string): void {
    this.#branches.close(path)
    this.#update({ options: {}, collapse: [path] })
  }

  /** Opens the branches above a path and selects it. Returns its index among the visible rows, or null. */
  async reveal(path: string): Promise<number | null> {
    if (!this.#viewId) return null
    this.#branches.reveal(path)
    const found = await this.#api.call('topics.reveal', { viewId: this.#viewId, path })
    const follows = path !== this.selectedPath || (found?.index ?? 0) >= this.total
    if (found) void this.#revealing.begin(path, found.index, follows)
    this.select(path)
    return found?.index ?? null
  }

  /** Selects the next row whose name starts with the text. Returns its index, or null. */
  async find(text: string, from: number): Promise<number | null> {
    if (!this.#viewId) return null
    return this.#select(await this.#api.call('topics.find', { viewId: this.#viewId, text, from }))
  }

  /** Selects the row that a key leads to from the selected one. Returns its index, or null. */
  async step(key: string, page: number): Promise<number | null> {
    const index = rowByKey(key, this.selected?.index ?? -1, this.total, page)
    return index === null ? null : this.selectAt(index)
  }

  /** Selects the row at an index, loaded or not. Returns its index, or null. */
  async selectAt(index: number): Promise<number | null> {
    const row = this.rowAt(index)
    if (row) return this.#select({ index, path: row.path })
    if (!this.#viewId) return null
    return this.#select(await this.#api.call('topics.at', { viewId: this.#viewId, index }))
  }

  /** The row at an index among the visible ones, if it is loaded. */
  rowAt(index: number): TopicRow | undefined {
    return this.rows[index - this.first]
  }

  #select(found: { index: number; path: string } | null): number | null {
    if (found) this.select(found.path)
    return found?.index ?? null
  }

  #take(frame: TopicFrame): void {
    if (frame.viewId !== this.#viewId) return
    const current = frame.sequence === this.#window.sequence
    this.total = frame.total
    this.topics = frame.topics
    this.matches = frame.matches
    // Not with every frame: each row then seeks its matches again.
    if (!isSameFilter(this.applied, frame.filter)) this.applied = frame.filter
    this.filtering = frame.filtering
    this.tooSlow = frame.tooSlow
    this.counting = frame.counting
    this.hidden = frame.hidden
    if (frame.pinned) this.pinned = frame.pinned
    const isFirst = !this.ready
    const isSelected = this.selectedPath !== null && frame.selectedPath === this.selectedPath
    if (isSelected) this.selected = frame.selected
    if (frame.selected) void this.#revealing.take(frame.selected, current)
    if (frame.rows) {
      const moved = frame.first - this.#window.first
      this.rows = frame.rows
      this.first = frame.first
      if (current && moved !== 0) {
        this.#window.first = frame.first
        this.onshift(moved)
      }
    } else if (frame.changed.length > 0) {
      const rows = [...this.rows]
      for (const [index, row] of frame.changed) rows[index] = row
      this.rows = rows
    }
    this.ready = true
    if (isFirst) this.#heard.ready()
    if (isSelected) this.#heard.changed()
  }

  #update(change: Omit<CallInput<'topics.update'>, 'viewId'>): void {
    if (this.#viewId) this.#tell(this.#api.call('topics.update', { viewId: this.#viewId, ...change }))
  }

  /** Ignores failures: a view that is gone will be opened again. */
  #tell(answer: Promise<unknown>): void {
    answer.catch(() => undefined)
  }
}
