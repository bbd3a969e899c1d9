import { SvelteSet } from 'svelte/reactivity'
import type {
  RetainedOutcome,
  RetainedPlan,
  RetainedRow,
  RetainedScope,
  RetainedSort,
  RetainedStatus
} from '../../../shared/contract/retained'
import { isAppError } from '../../../shared/errors'
import { filterFault } from '../../../shared/topic'
import type { Api } from '../../../shared/rpc/contract'
import { Latest } from '../../state/latest'

/** Maximum number of rows per call. */
const PAGE = 1_000
const byTopic: RetainedSort = { by: 'topic', descending: false }

/** The retained messages found on a connection's broker. Outlives the page, so that results are still there on return. */
export class RetainedState {
  /** The text in the filter field. */
  filter = $state('#')
  status = $state.raw<RetainedStatus>()
  sort = $state.raw<RetainedSort>(byTopic)
  /** The loaded rows of the list, from index `first` on. */
  rows = $state.raw<readonly RetainedRow[]>([])
  first = $state(0)
  /** The selected topics. */
  readonly selected = new SvelteSet<string>()
  /** Index of the focused row in the list; -1: none. */
  current = $state(-1)
  /** The dry run shown, and its loaded rows from index `planFirst` on. */
  plan = $state.raw<RetainedPlan | null>(null)
  planRows = $state.raw<readonly RetainedRow[]>([])
  planFirst = $state(0)
  /** Error code of an invalid filter. */
  fault = $state<string | null>(null)
  readonly list = $derived(this.status?.list ?? null)
  readonly work = $derived(this.status?.work ?? null)
  readonly outcome = $derived(this.status?.outcome ?? null)
  readonly undoable = $derived(this.status?.undo ?? null)
  readonly currentRow = $derived(this.rowAt(this.current))
  readonly #api: Api
  readonly connectionId: string
  readonly #failed: (error: unknown) => void
  #window = { first: 0, count: 60 }
  readonly #fetches = new Latest()
  #waiting: (() => void)[] = []

  constructor(api: Api, connectionId: string, failed: (error: unknown) => void) {
    this.#api = api
    this.connectionId = connectionId
    this.#failed = failed
    api.on('retained.changed', (status) => {
      if (status.connectionId === connectionId) this.#put(status)
    })
  }

  /** Loads the connection's status from its worker, which may have been replaced. */
  async load(): Promise<void> {
    const status = await this.#call(() => this.#api.call('retained.get', { connectionId: this.connectionId }))
    if (status) this.#put(status)
  }

  /** Looks up the retained messages that match the filter field. */
  async lookUp(): Promise<void> {
    const code = this.filter.startsWith('$share/') ? 'SHARED' : filterFault(this.filter)
    this.fault = code && `FILTER_${code}`
    if (code) return
    const { connectionId, filter } = this
    await this.#call(() => this.#api.call('retained.lookUp', { connectionId, filter }))
  }

  /** Looks up the retained messages that match a filter and resolves when done; null when the look-up could not start. */
  async check(filter: string): Promise<RetainedStatus | null> {
    this.filter = filter
    const { connectionId } = this
    const done = await this.#work(() => this.#api.call('retained.lookUp', { connectionId, filter }))
    return done ? (this.status ?? null) : null
  }

  rowAt(index: number): RetainedRow | null {
    return this.rows[index - this.first] ?? null
  }

  /** Sets the visible rows. */
  show(first: number, count: number): void {
    this.#window = { first, count }
    void this.#fetch()
  }

  setSort(by: RetainedSort['by']): void {
    const descending = this.sort.by === by ? !this.sort.descending : by !== 'topic'
    this.sort = { by, descending }
    this.current = -1
    void this.#fetch()
  }

  toggle(topic: string): void {
    if (!this.selected.delete(topic)) this.selected.add(topic)
  }

  /** Selects a range of rows, both ends included. */
  async selectRange(from: number, to: number): Promise<void> {
    const [first, last] = [Math.min(from, to), Math.max(from, to)]
    for (let at = first; at <= last; at += PAGE) {
      const rows = await this.#rows(null, at, Math.min(PAGE, last - at + 1))
      if (!rows) return
      for (const { topic } of rows) this.selected.add(topic)
    }
  }

  /** Prepares and shows a dry run. */
  async prepare(scope: RetainedScope): Promise<void> {
    const { list } = this
    if (!list) return
    this.planRows = []
    this.plan =
      (await this.#call(() =>
        this.#api.call('retained.plan', { connectionId: this.connectionId, list: list.number, scope })
      )) ?? null
  }

  async showPlan(first: number, count: number): Promise<void> {
    const { plan } = this
    const rows = plan && (await this.#rows(plan.number, first, count))
    if (!rows || this.plan !== plan) return
    this.planFirst = first
    this.planRows = rows
  }

  /** Clears the messages in the dry run, and resolves to the outcome; null when it could not start. */
  async clear(): Promise<RetainedOutcome | null> {
    const { plan, connectionId } = this
    if (!plan) return null
    this.plan = null
    const done = await this.#work(() => this.#api.call('retained.clear', { connectionId, plan: plan.number }))
    return done ? this.outcome : null
  }

  /**
   * Publishes the cleared messages again, once other work has ended, and resolves to the outcome; null when it could not start, or that
   * work has left nothing to undo.
   */
  async undo(overwrite: boolean): Promise<RetainedOutcome | null> {
    const { connectionId } = this
    while (this.work) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    if (this.status && !this.undoable) return null
    const done = await this.#work(() => this.#api.call('retained.undo', { connectionId, overwrite }))
    return done ? this.outcome : null
  }

  async cancel(): Promise<void> {
    const id = this.work?.job
    if (id !== undefined) await this.#call(() => this.#api.call('jobs.cancel', { id }))
  }

  async dismiss(): Promise<void> {
    await this.#call(() => this.#api.call('retained.dismiss', { connectionId: this.connectionId }))
  }

  #put(status: RetainedStatus): void {
    const before = this.status
    this.status = status
    if (status.list?.number !== before?.list?.number) {
      this.selected.clear()
      this.current = -1
      this.plan = null
    }
    if (status.work) return
    // Selected messages may have been cleared.
    if (before?.work) {
      if (before.work.kind !== 'lookUp') this.selected.clear()
      for (const resolve of this.#waiting.splice(0)) resolve()
    }
    if (before?.work || status.list?.number !== before?.list?.number) void this.#fetch()
  }

  async #fetch(): Promise<void> {
    const { first, count } = this.#window
    const current = this.#fetches.begin()
    const rows = this.list ? await this.#rows(null, first, count) : []
    if (!current() || !rows) return
    this.first = first
    this.rows = rows
  }

  /** Loads rows of the list, or of a dry run; null when it was replaced meanwhile, or on failure. */
  async #rows(plan: number | null, first: number, count: number): Promise<RetainedRow[] | null> {
    const { list } = this
    if (!list) return null
    const sort = plan === null ? this.sort : byTopic
    try {
      const wanted = { list: list.number, plan, sort, first, count }
      return await this.#api.call('retained.rows', { connectionId: this.connectionId, ...wanted })
    } catch (error) {
      if (!isAppError(error, 'NOT_FOUND')) this.#failed(error)
      return null
    }
  }

  /** Starts work and waits for its end. Returns false if it could not start. */
  async #work(start: () => Promise<unknown>): Promise<boolean> {
    let ended = (): void => undefined
    const end = new Promise<void>((resolve) => (ended = resolve))
    this.#waiting.push(ended)
    const begun = await this.#call(async () => (await start(), true))
    if (begun) await end
    else this.#waiting = this.#waiting.filter((each) => each !== ended)
    return begun === true
  }

  async #call<T>(call: () => Promise<T>): Promise<T | undefined> {
    try {
      return await call()
    } catch (error) {
      this.#failed(error)
      return undefined
    }
  }
}
