import type { BrokerSearch } from '../../../shared/contract/workbench'
import { isAppError } from '../../../shared/errors'
import type { ListPage } from './paged-list.svelte'

/** ms from one search to the next, at least. */
const PERIOD = 900
/** A search takes up at most this share of the time. */
const SHARE = 0.1

export interface SearchPage<Row> extends ListPage<Row> {
  /** false: there are too many rows to be sorted. */
  sorted: boolean
}

/** Pages of a search, which is repeated once a second, or less often if it takes long. */
export class SearchPages<Row> {
  #found: BrokerSearch | null = null
  #due = 0
  /** Counts the changes that expired a search. */
  #changes = 0

  constructor(
    private readonly search: () => Promise<BrokerSearch>,
    private readonly rows: (page: { search: number; offset: number; limit: number }) => Promise<Row[]>
  ) {}

  /** Call when the query has changed, or when what it finds has. */
  expire(): void {
    this.#changes++
    this.#due = 0
  }

  async page(offset: number, limit: number): Promise<SearchPage<Row>> {
    try {
      return await this.#read(offset, limit)
    } catch (error) {
      // Other pages have searched so often that the result is gone.
      if (!isAppError(error, 'NOT_FOUND')) throw error
      this.expire()
      return this.#read(offset, limit)
    }
  }

  async #read(offset: number, limit: number): Promise<SearchPage<Row>> {
    const began = performance.now()
    if (!this.#found || began >= this.#due) {
      const changes = this.#changes
      this.#found = await this.search()
      const took = performance.now() - began
      this.#due = changes === this.#changes ? began + Math.max(PERIOD, took / SHARE) : 0
    }
    const { search, total, sorted } = this.#found
    return { total, sorted, rows: await this.rows({ search, offset, limit }) }
  }
}
