import type { HistoryRef } from '../../../shared/contract/histories'
import type { HistoryRow, Scope } from '../../../shared/contract/messages'
import type { Api } from '../../../shared/rpc/contract'
import { Latest } from '../../state/latest'
import { Refresh } from '../../state/refresh'

const PAGE = 100
/** Rows kept when newer messages are inserted. Older ones are dropped and requested again when needed. */
const MAX_ROWS = 5_000
/** Minimum time between two requests for newer messages, in ms. */
const CATCH_UP_EVERY = 150

/**
 * The recorded messages of a scope, newest first. Older pages are added as the user scrolls down. Newer messages are inserted at the top
 * while the list follows them; otherwise they are only counted.
 */
export class HistoryState {
  rows = $state.raw<readonly HistoryRow[]>([])
  /** There are older messages. */
  more = $state(false)
  loading = $state(false)
  fault = $state.raw<unknown>(null)
  /** Number of newer messages not inserted, so that the scroll position stays. */
  waiting = $state(0)
  /** There are more of them than `waiting`. */
  waitingMore = $state(false)
  readonly #api: Api
  readonly #history: HistoryRef
  #scope: Scope | null = null
  #until: number | null = null
  #following = true
  /** Newer messages are wanted once, although the list does not follow. */
  #wanted = false
  readonly #reading = new Latest()
  readonly #catchUp = new Refresh(
    () => this.#takeNewer(),
    // The next message triggers another request.
    () => undefined
  )

  constructor(api: Api, history: HistoryRef) {
    this.#api = api
    this.#history = history
  }

  /** `until`: the last message to show; null: show new messages, too. */
  show(scope: Scope | null, until: number | null = null): void {
    this.#scope = scope
    this.#until = until
    void this.reload()
  }

  /** Reloads from the newest message. */
  async reload(): Promise<void> {
    this.rows = []
    this.more = false
    this.waiting = 0
    this.#following = true
    this.#wanted = false
    await this.#read(this.#until === null ? {} : { before: this.#until + 1 }, (page) => page)
  }

  /** Loads the page of messages before the loaded ones. */
  async older(): Promise<void> {
    const last = this.rows.at(-1)
    if (!last || this.loading || !this.more) return
    // If newer messages have pushed out the last row in the meantime, the page does not fit below the new last row.
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

  /** Sets whether newer messages are inserted as they arrive, or only counted. */
  follow(following: boolean): void {
    if (following === this.#following) return
    this.#following = following
    if (following && this.waiting > 0) this.catchUp()
  }

  /** Inserts the messages that were only counted. */
  catchUp(): void {
    this.#wanted = true
    this.newer()
  }

  /** Call this when there may be newer messages. */
  newer(): void {
    if (this.#until === null) void this.#catchUp.request()
  }

  async #takeNewer(): Promise<void> {
    const scope = this.#scope
    if (!scope) return
    const after = this.rows[0]?.id
    const page = await this.#page(scope, after === undefined ? {} : { after })
    if (scope !== this.#scope || after !== this.rows[0]?.id) return this.newer()
    if (this.#following || this.#wanted) {
      this.#wanted = false
      this.waiting = 0
      if (page.more && after !== undefined) await this.#startOver(scope)
      else this.#putIn(page.rows)
    } else {
      this.waiting = page.rows.length
      this.waitingMore = page.more
    }
    await new Promise((resolve) => setTimeout(resolve, CATCH_UP_EVERY))
  }

  /** More messages arrived than fit on a page. The newest page replaces the rows; the messages in between come with the older pages. */
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
