import { isAppError } from '../../../shared/errors'
import { poll } from '../../state/poll'
import { Refresh } from '../../state/refresh'

/** ms */
const PERIOD = 1_000

/** Some rows of a list that the broker holds. */
export interface ListPage<Row> {
  /** Rows of the whole list. */
  total: number
  /** Those that were asked for. */
  rows: readonly Row[]
}

/** A list of the running broker, of which the visible rows are loaded every second. */
export class PagedList<Row, Page extends ListPage<Row> = ListPage<Row>> {
  /** The newest page; null: not known yet. */
  page = $state.raw<Page | null>(null)
  /** Index of the page's first row. */
  first = $state(0)
  /** Why the list is not known. */
  fault = $state.raw<unknown>(null)
  /** The selected row, as it was when it was last loaded. It stays selected when it leaves the list. */
  selected = $state.raw<Row | null>(null)
  /** Index of a row to select once it is loaded; null: none. */
  #sought = $state<number | null>(null)
  /** Index of the selected row; -1: not loaded. */
  readonly current = $derived.by(() => {
    if (this.#sought !== null) return this.#sought
    const { selected, page } = this
    if (selected === null || !page) return -1
    const key = this.#keyOf(selected)
    const index = page.rows.findIndex((row) => this.#keyOf(row) === key)
    return index === -1 ? -1 : this.first + index
  })
  readonly #ask: (offset: number, limit: number) => Promise<Page>
  readonly #keyOf: (row: Row) => string
  #sight = { offset: 0, limit: 60 }
  readonly #refresh = new Refresh(
    (current) => this.#load(current),
    (error) => {
      // If the broker stopped between two polls, its status says so.
      if (!isAppError(error, 'BROKER_NOT_RUNNING')) this.fault = error
    }
  )

  constructor(ask: (offset: number, limit: number) => Promise<Page>, keyOf: (row: Row) => string) {
    this.#ask = ask
    this.#keyOf = keyOf
  }

  /** Follows the list of a broker that has just started, or has been running, until the returned function is called. */
  follow(): () => void {
    this.page = null
    this.fault = null
    return poll(this.#refresh, PERIOD)
  }

  /** Sets the visible rows. */
  show(offset: number, limit: number): void {
    if (offset === this.#sight.offset && limit === this.#sight.limit) return
    this.#sight = { offset, limit }
    void this.#refresh.request()
  }

  /** Loads the visible rows of another list, such as one in another order. */
  restart(): void {
    this.#sought = null
    void this.#refresh.restart()
  }

  /** Loads the visible rows now. */
  refresh(): Promise<void> {
    return this.#refresh.request()
  }

  select(row: Row | null): void {
    this.#sought = null
    this.selected = row
  }

  /** Selects the row at an index, now or once it is loaded. */
  moveTo(index: number): void {
    this.#sought = index
    this.#reach()
  }

  #reach(): void {
    if (this.#sought === null) return
    const row = this.page?.rows[this.#sought - this.first]
    if (row !== undefined) this.select(row)
  }

  async #load(current: () => boolean): Promise<void> {
    const { offset, limit } = this.#sight
    const page = await this.#ask(offset, limit)
    if (!current()) return
    this.page = page
    this.first = offset
    this.fault = null
    this.#reach()
    const { selected } = this
    if (selected === null) return
    const key = this.#keyOf(selected)
    this.selected = page.rows.find((row) => this.#keyOf(row) === key) ?? selected
  }
}
