import type { HistoryRef } from '../../../shared/contract/histories'
import type { HistoryRow, Scope } from '../../../shared/contract/messages'
import type { Api } from '../../../shared/rpc/contract'
import { Latest } from '../../state/latest'
import { Refresh } from '../../state/refresh'

const PAGE = 100
/** Rows kept at hand; what was scrolled past is asked for again. */
const MAX_ROWS = 5_000
/** Under a flood newer messages are asked for no more often than this, in ms. */
const CATCH_UP_EVERY = 150

/**
 * The recorded messages of a scope, newest first. Older pages are added as the person scrolls down; newer messages come in at the top while
 * it is in sight, and wait behind a number while it is not.
 */
export class HistoryState {
  rows = $state.raw<readonly HistoryRow[]>([])
  /** There are older ones. */
  more = $state(false)
  loading = $state(false)
  fault = $state.raw<unknown>(null)
  /** Newer messages that have not been put in: the reader's place stays. */
  waiting = $state(0)
  /** There are more of them than `waiting` says. */
  waitingMore = $state(false)
  readonly #api: Api
  readonly #history: HistoryRef
  #scope: Scope | null = null
  #until: number | null = null
  #following = true
  readonly #reading = new Latest()
  readonly #catchUp = new Refresh(
    () => this.#takeNewer(),
    // The next message asks again.
    () => undefined
  )

  constructor(api: Api, history: HistoryRef) {
    this.#api = api
    this.#history = history
  }

  /** `until`: the last message that counts; null: those that come count, too. */
  show(scope: Scope | null, until: number | null = null): void {
    this.#scope = scope
    this.#until = until
    void this.reload()
  }

  /** Starts over from the newest. */
  async reload(): Promise<void> {
    this.rows = []
    this.more = false
    this.waiting = 0
    this.#following = true
    await this.#read(this.#until === null ? {} : { before: this.#until + 1 }, (page) => page)
  }

  /** The page of messages before those at hand. */
  async older(): Promise<void> {
    const last = this.rows.at(-1)
    if (!last || this.loading || !this.more) return
    // Newer messages may have pushed the last row out meanwhile: then the page does not belong below the new last one.
    await this.#read({ before: last.id }, (page) =>
      this.rows.at(-1)?.id === last.id ? [...this.rows, ...page] : this.rows
    )
  }

  async #read(
    range: { before?: number },
    placed: (page: readonly HistoryRow[]) => readonly HistoryRow[]
  ): Promise<void> {
    const current = this.#reading.begin()
    const scope = this.#scope
    this.fault = null
    this.loading = scope !== null
    if (!scope) return
    try {
      const page = await this.#page(scope, range)
      if (!current()) return
      this.rows = placed(page.rows)
      this.more = page.more
    } catch (error) {
      if (current()) this.fault = error
    }
    if (current()) this.loading = false
  }

  /** Whether the newest rows are in sight: then newer ones are put in as they come. */
  follow(following: boolean): void {
    if (following === this.#following) return
    this.#following = following
    if (following && this.waiting > 0) void this.reload()
  }

  /** There may be newer messages. */
  newer(): void {
    if (this.#until === null) void this.#catchUp.request()
  }

  async #takeNewer(): Promise<void> {
    const scope = this.#scope
    if (!scope) return
    const after = this.rows[0]?.id
    const page = await this.#page(scope, after === undefined ? {} : { after })
    if (scope !== this.#scope || after !== this.rows[0]?.id) return this.newer()
    if (!this.#following) {
      this.waiting = page.rows.length
      this.waitingMore = page.more
    } else if (page.more && after !== undefined) await this.#startOver(scope)
    else this.#putIn(page.rows)
    await new Promise((resolve) => setTimeout(resolve, CATCH_UP_EVERY))
  }

  /** More came than one page holds: the newest page takes the place of what is there; what lies between comes with the older pages. */
  async #startOver(scope: Scope): Promise<void> {
    const newest = await this.#page(scope, {})
    if (scope !== this.#scope) return
    this.rows = newest.rows
    this.more = newest.more
  }

  #putIn(newer: readonly HistoryRow[]): void {
    if (newer.length === 0) return
    const rows = [...newer, ...this.rows]
    if (rows.length > MAX_ROWS) this.more = true
    this.rows = rows.slice(0, MAX_ROWS)
  }

  #page(
    scope: Scope,
    range: { before?: number; after?: number }
  ): Promise<{ rows: HistoryRow[]; more: boolean }> {
    return this.#api.call('messages.page', { history: this.#history, scope, limit: PAGE, ...range })
  }
}
