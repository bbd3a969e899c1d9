import { SvelteSet } from 'svelte/reactivity'
import type {
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

/** Rows that one call gives at most. */
const PAGE = 1_000
const byTopic: RetainedSort = { by: 'topic', descending: false }

/** What a connection's broker retains, as it was looked up: it stays while the person looks elsewhere. */
export class RetainedState {
  /** As it stands in the field. */
  filter = $state('#')
  status = $state.raw<RetainedStatus>()
  sort = $state.raw<RetainedSort>(byTopic)
  /** The rows at hand, of the list from `first` on. */
  rows = $state.raw<readonly RetainedRow[]>([])
  first = $state(0)
  /** Topics that are selected. */
  readonly selected = new SvelteSet<string>()
  /** The row that has the focus, by its index in the list. */
  current = $state(-1)
  /** A dry run that is shown, and its rows from `planFirst` on. */
  plan = $state.raw<RetainedPlan | null>(null)
  planRows = $state.raw<readonly RetainedRow[]>([])
  planFirst = $state(0)
  /** Code of what is wrong with the filter. */
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

  /** Begins with what is known of the connection, which may have another worker by now. */
  async load(): Promise<void> {
    const status = await this.#call(() => this.#api.call('retained.get', { connectionId: this.connectionId }))
    if (status) this.#put(status)
  }

  /** Looks up what is retained under the filter of the field. */
  async lookUp(): Promise<void> {
    const code = this.filter.startsWith('$share/') ? 'SHARED' : filterFault(this.filter)
    this.fault = code && `FILTER_${code}`
    if (code) return
    const { connectionId, filter } = this
    await this.#call(() => this.#api.call('retained.lookUp', { connectionId, filter }))
  }

  /** Looks up what is retained under a filter, and answers when that is known; null when it could not begin. */
  async check(filter: string): Promise<RetainedStatus | null> {
    this.filter = filter
    const done = new Promise<void>((resolve) => this.#waiting.push(resolve))
    const begun = await this.#call(async () => {
      await this.#api.call('retained.lookUp', { connectionId: this.connectionId, filter })
      return true
    })
    if (!begun) return null
    await done
    return this.status ?? null
  }

  rowAt(index: number): RetainedRow | null {
    return this.rows[index - this.first] ?? null
  }

  /** The rows that are in sight now. */
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

  /** Selects all from one row of the list to another. */
  async selectRange(from: number, to: number): Promise<void> {
    const [first, last] = [Math.min(from, to), Math.max(from, to)]
    for (let at = first; at <= last; at += PAGE) {
      const rows = await this.#rows(null, at, Math.min(PAGE, last - at + 1))
      if (!rows) return
      for (const { topic } of rows) this.selected.add(topic)
    }
  }

  /** Shows a dry run. */
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

  /** Clears what the dry run lists. */
  async clear(): Promise<void> {
    const { plan } = this
    if (!plan) return
    this.plan = null
    await this.#call(() =>
      this.#api.call('retained.clear', { connectionId: this.connectionId, plan: plan.number })
    )
  }

  async undo(overwrite: boolean): Promise<void> {
    await this.#call(() => this.#api.call('retained.undo', { connectionId: this.connectionId, overwrite }))
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
    // What was selected and is cleared now is there no more.
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

  /** Rows of the list, or of a dry run; null when there is another by now. */
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

  async #call<T>(call: () => Promise<T>): Promise<T | undefined> {
    try {
      return await call()
    } catch (error) {
      this.#failed(error)
      return undefined
    }
  }
}
