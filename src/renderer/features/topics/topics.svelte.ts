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
import { RememberedBranches } from './open-branches'

/** What a tree tells whoever shows it. */
export interface TopicEvents {
  /** The first rows are in. */
  ready(): void
  /** Another topic, or none, is selected. */
  selected(): void
  /** The selected topic's row may be another one than before: it has newer messages, or is of another moment. */
  changed(): void
}

/**
 * The tree of one connection as far as it is in sight. The worker holds the tree; this holds the rows of its window, and asks for
 * others when the person scrolls.
 */
export class TopicsState {
  /** Rows visible in all, and the place of the first of `rows` among them. */
  total = $state(0)
  first = $state(0)
  rows = $state.raw<readonly TopicRow[]>([])
  topics = $state(0)
  matches = $state<number | null>(null)
  filtering = $state(false)
  /** The first frame is in. */
  ready = $state(false)

  sort = $state.raw<TopicSort>({ by: 'name', descending: false })
  filter = $state.raw<TopicFilterSpec>(noFilter)
  /** Why what is typed is no filter, as a code; the tree stays as it was. */
  filterFault = $state<string | null>(null)
  /** The filter was given up: its regular expression takes too long. */
  tooSlow = $state(false)
  /** Topics in a list, without branches. */
  readonly flat = $derived(preferences.get('flat') === 'on')
  pinned = $state.raw<readonly TopicRow[]>([])
  /** Topics that are hidden. */
  hidden = $state(0)
  /** Of a past moment: messages are still being counted. */
  counting = $state(false)
  selectedPath = $state<string | null>(null)
  /** The selected node, in sight or not; index -1 when it is not among the visible rows. */
  selected = $state.raw<{ row: TopicRow; index: number } | null>(null)
  /** Rows by which the scroll place is to move, because rows came or went above the window. */
  onshift: (rows: number) => void = () => undefined
  /** A row, by its index, is to be brought into sight. */
  onreveal: (index: number) => void = () => undefined

  readonly history: HistoryRef
  readonly #api: Api
  readonly #heard: TopicEvents
  #viewId: string | null = null
  #window = { first: 0, count: 60, sequence: 0 }
  readonly #branches: RememberedBranches
  #marks: Marks = noMarks
  /** The last message that counts; null: it is live. */
  #moment: number | null = null
  readonly #watching = new Latest()
  /** Revealed, with rows above it that the next frame brings. */
  #revealing: string | null = null

  constructor(api: Api, history: HistoryRef, heard: TopicEvents) {
    this.#api = api
    this.history = history
    this.#heard = heard
    this.#branches = new RememberedBranches(history.id)
  }

  /** Watches until the returned function is called. */
  start(): () => void {
    const stop = this.#api.on('topics.frame', (frame) => this.#take(frame))
    void this.watch()
    return () => {
      stop()
      this.#watching.cancel()
      this.#unwatch()
    }
  }

  /** Begins a view in place of the one before; again, when the process or the connection's worker was replaced. */
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
    } catch {
      // Nobody answers: whoever replaces the process or the worker has the view begun again.
      return
    }
    if (this.#moment !== null && this.#moment !== moment) this.#update({ options: {}, moment: this.#moment })
    // Its first frame may have come before its id was known.
    this.show(this.#window.first, this.#window.count)
    // Changes made meanwhile had no view to go to.
    this.#update({ options: this.#options() })
  }

  #unwatch(): void {
    if (this.#viewId) this.#tell(this.#api.call('topics.unwatch', { viewId: this.#viewId }))
    this.#viewId = null
  }

  /** What the view shows, but for its window. */
  #options(): Omit<CallInput<'topics.watch'>, 'history' | 'window' | 'expanded' | 'moment'> {
    return untrack(() => ({
      sort: this.sort,
      filter: this.filterFault === null ? this.filter : noFilter,
      flat: this.flat,
      selected: this.selectedPath,
      ...this.#marks
    }))
  }

  /** The rows that the person looks at. */
  show(first: number, count: number): void {
    this.#window = { first, count, sequence: this.#window.sequence + 1 }
    this.#update({ options: { window: { ...this.#window } } })
  }

  setSort(sort: TopicSort): void {
    this.sort = sort
    this.#update({ options: { sort } })
  }

  setFilter(change: Partial<TopicFilterSpec>): void {
    this.filter = { ...this.filter, ...change }
    // A topic filter is one of names.
    if (this.filter.mode === 'wildcard') this.filter = { ...this.filter, scope: 'names' }
    this.filterFault = topicFilterFault(this.filter)
    if (this.filterFault === null) this.#update({ options: { filter: this.filter } })
  }

  setFlat(flat: boolean): void {
    preferences.set('flat', flat ? 'on' : 'off')
    this.#update({ options: { flat } })
  }

  /** Shows the tree as it was when a message came, or (null) as it is. */
  setMoment(moment: number | null): void {
    const before = this.#moment
    if (moment === before) return
    this.#moment = moment
    if (moment !== null && before !== null) this.#update({ options: {}, moment })
    // The archive has the views of the past, the connection's worker those of now.
    else void this.watch()
  }

  /** What is pinned and hidden. */
  setMarks(marks: Marks): void {
    this.#marks = marks
    this.#update({ options: marks })
  }

  /** Opens the first levels and closes what is deeper; 0 closes all. */
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
    // A row in sight is known at once; of another the next frame tells.
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

  /** Opens what is above a path and selects it; its index among the rows, or null. */
  async reveal(path: string): Promise<number | null> {
    if (!this.#viewId) return null
    this.#branches.reveal(path)
    const found = await this.#api.call('topics.reveal', { viewId: this.#viewId, path })
    if (found) {
      this.#revealing = path === this.selectedPath ? null : path
      this.onreveal(found.index)
    }
    this.select(path)
    return found?.index ?? null
  }

  /** Selects the next row whose name starts with the text; its index, or null. */
  async find(text: string, from: number): Promise<number | null> {
    if (!this.#viewId) return null
    return this.#select(await this.#api.call('topics.find', { viewId: this.#viewId, text, from }))
  }

  /** Selects the row that a key leads to from the selected one; its index, or null. */
  async step(key: string, page: number): Promise<number | null> {
    const index = rowByKey(key, this.selected?.index ?? -1, this.total, page)
    return index === null ? null : this.selectAt(index)
  }

  /** Selects the row at an index, in sight or not; its index, or null. */
  async selectAt(index: number): Promise<number | null> {
    const row = this.rowAt(index)
    if (row) return this.#select({ index, path: row.path })
    if (!this.#viewId) return null
    return this.#select(await this.#api.call('topics.at', { viewId: this.#viewId, index }))
  }

  /** The row at an index among the visible ones, when it is at hand. */
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
    this.filtering = frame.filtering
    this.tooSlow = frame.tooSlow
    this.counting = frame.counting
    this.hidden = frame.hidden
    if (frame.pinned) this.pinned = frame.pinned
    const isFirst = !this.ready
    const isSelected = frame.selected?.row.path === this.selectedPath
    if (isSelected) this.selected = frame.selected
    if (frame.selected && frame.selected.row.path === this.#revealing) {
      this.#revealing = null
      this.onreveal(frame.selected.index)
    }
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

  /** Nothing is lost with an answer that fails: a view that is gone is begun again. */
  #tell(answer: Promise<unknown>): void {
    answer.catch(() => undefined)
  }
}
