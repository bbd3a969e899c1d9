import { isAppError } from '../../../../shared/errors'
import { poll } from '../../../state/poll'
import { Refresh } from '../../../state/refresh'

/** Polling period, in ms. */
const PERIOD = 1_000
/** Largest number of rows that one call returns. */
const MOST = 1_000

interface Window<R> {
  total: number
  rows: R[]
}

/** A long list of which only the rows in sight are loaded, once a second. The current row is remembered by its key, because rows move. */
export class RowWindow<R, K extends string | number> {
  /** null: not known yet. */
  total = $state<number | null>(null)
  first = $state(0)
  /** A row that has not changed since the last answer is the same object, so that its cells are not drawn again. */
  rows = $state.raw<readonly R[]>([])
  /** When the rows were as they are shown, in ms since 1970 UTC: ages are counted up to it. */
  answeredAt = $state(0)
  /** Why the rows could not be read. */
  fault = $state.raw<unknown>(null)
  /** Key of the current row. */
  key = $state.raw<K | null>(null)
  /** Index of a row that becomes the current one once it is loaded; null: none. */
  #sought = $state<number | null>(null)
  /** Index of the current row; -1: there is none, or it is not loaded. */
  readonly current = $derived.by(() => {
    if (this.#sought !== null) return this.#sought
    const at = this.rows.findIndex((row) => this.#keyOf(row) === this.key)
    return at === -1 ? -1 : this.first + at
  })
  readonly currentRow = $derived(this.rows.find((row) => this.#keyOf(row) === this.key) ?? null)
  readonly #ask: (offset: number, limit: number) => Promise<Window<R>>
  readonly #keyOf: (row: R) => K
  #sight = { first: 0, count: 60 }
  readonly #refresh = new Refresh(
    (current) => this.#load(current),
    (error) => {
      // If the broker stopped between two polls, its status says so.
      if (!isAppError(error, 'BROKER_NOT_RUNNING')) this.fault = error
    }
  )

  constructor(ask: (offset: number, limit: number) => Promise<Window<R>>, keyOf: (row: R) => K) {
    this.#ask = ask
    this.#keyOf = keyOf
  }

  /** Polls until the returned function is called; pauses while the page is hidden. */
  start(): () => void {
    return poll(this.#refresh, PERIOD)
  }

  /** Asks again, now. Resolves once the answer is there. */
  refresh(): Promise<void> {
    return this.#refresh.request()
  }

  /** The question has changed: drops an answer that is on its way. */
  restart(): void {
    this.#sought = null
    void this.#refresh.restart()
  }

  /** Sets the rows in sight. */
  show(first: number, count: number): void {
    this.#sight = { first, count: Math.min(count, MOST) }
    void this.#refresh.request()
  }

  /** Makes the row at an index the current one, now or once it is loaded. */
  moveTo(index: number): void {
    this.#sought = index
    this.#reach()
  }

  async #load(current: () => boolean): Promise<void> {
    const { first, count } = this.#sight
    const { total, rows } = await this.#ask(first, count)
    if (!current()) return
    this.total = total
    this.first = first
    this.rows = this.#known(rows)
    this.answeredAt = Date.now()
    this.fault = null
    this.#reach()
  }

  /** The rows, each as the object that stood for it before if nothing in it has changed. */
  #known(rows: readonly R[]): R[] {
    const before = new Map(this.rows.map((row) => [this.#keyOf(row), row]))
    return rows.map((row) => {
      const known = before.get(this.#keyOf(row))
      return known !== undefined && JSON.stringify(known) === JSON.stringify(row) ? known : row
    })
  }

  #reach(): void {
    const row = this.#sought === null ? undefined : this.rows[this.#sought - this.first]
    if (row === undefined) return
    this.#sought = null
    this.key = this.#keyOf(row)
  }
}
