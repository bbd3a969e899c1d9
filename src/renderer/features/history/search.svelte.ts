import type { FoundRow, SearchQuery } from '../../../shared/contract/messages'
import { AppError, isAppError } from '../../../shared/errors'
import type { HistoryRef } from '../../../shared/contract/histories'
import type { Api } from '../../../shared/rpc/contract'
import { Latest } from '../../state/latest'
import { isHalfTyped, isSought, NO_CONDITIONS, NOTHING_SOUGHT, queryOf, type Sought } from './sought'

const PAGE = 100
/** Delay after the last keystroke, in ms. */
const TYPING = 150
/** The same while the last hex byte has only one digit, to avoid reporting a fault too early. */
const HALF_TYPED = 800
/** A search shows its progress after this time, in ms. */
const SLOW = 300

/**
 * A search of one connection's history, newest first. It runs step by step until a page is full, then waits until the user reaches the
 * end of the page. Results stay unchanged until the search changes.
 */
export class SearchState {
  /** The values of the fields. Call `changed` after a change. */
  readonly sought = $state<Sought>({ ...NOTHING_SOUGHT })
  readonly seeking = $derived(isSought(this.sought))
  rows = $state.raw<readonly FoundRow[]>([])
  running = $state(false)
  /** It has run long enough to show its progress. */
  slow = $state(false)
  /** The user stopped it before its page was full. */
  stopped = $state(false)
  /** There may be more results: the search has not reached the end of the range. */
  more = $state(false)
  /** Share of the range searched so far, 0 to 1. */
  share = $state(0)
  /** Messages that are not indexed yet. */
  unindexed = $state(0)
  /** How far back the search has reached, in µs since 1970 UTC; known only while it is slow. */
  reachedAt = $state<number | null>(null)
  fault = $state.raw<unknown>(null)
  /** The rows are the results of a search, not of one that is still starting. */
  settled = $state(false)
  /** The query of the search; null: nothing has been searched yet. */
  query = $state.raw<SearchQuery | null>(null)
  /** The result from which the keys move, and the number of rows above the visible ones. */
  currentId = $state<number | null>(null)
  above = 0
  readonly #api: Api
  readonly #history: HistoryRef
  readonly #turned: () => void
  #wasSeeking = false
  /** The id before which the next step continues. */
  #next: number | undefined
  /** The first step has not returned yet, so the rows are those of an earlier search. */
  #fresh = false
  readonly #runs = new Latest()
  #typing: ReturnType<typeof setTimeout> | undefined
  #slowing: ReturnType<typeof setTimeout> | undefined

  /** @param turned called after a search replaces the history, or the history returns */
  constructor(api: Api, history: HistoryRef, turned: () => void) {
    this.#api = api
    this.#history = history
    this.#turned = turned
  }

  /** The fields have changed: cancels the running search and starts another when the user stops typing. */
  changed(): void {
    this.#cancel()
    this.fault = null
    this.more = false
    if (!this.seeking) this.#forget()
    else this.#typing = setTimeout(() => this.run(), isHalfTyped(this.sought) ? HALF_TYPED : TYPING)
    if (this.seeking === this.#wasSeeking) return
    this.#wasSeeking = this.seeking
    this.#turned()
  }

  clearText(): void {
    this.sought.text = ''
    this.changed()
  }

  clearConditions(): void {
    Object.assign(this.sought, NO_CONDITIONS)
    this.changed()
  }

  /** Searches at once, from the newest message. Earlier results stay until the first new ones arrive. */
  run(): void {
    this.#cancel()
    this.fault = null
    if (!this.seeking) return
    const query = queryOf(this.sought)
    if (query.from !== null && query.to !== null && query.to <= query.from) {
      this.#forget()
      this.fault = new AppError('INVALID_INPUT', { issues: [{ path: 'to', fault: 'RANGE_REVERSED' }] })
      return
    }
    this.query = query
    this.#next = undefined
    this.#fresh = true
    this.more = false
    this.share = 0
    void this.#search(query)
  }

  /** Continues with the next page, or after a stop or a fault. */
  goOn(): void {
    if (!this.query || !this.more || this.running) return
    this.fault = null
    void this.#search(this.query)
  }

  /** Stops the running search. Its results stay, and `goOn` continues it. */
  stop(): void {
    if (!this.running) return
    if (this.#fresh) this.#begin()
    this.#cancel()
    this.stopped = true
    this.settled = true
    this.more = true
  }

  /** The fault code of a field of the query; null: none. */
  faultOf(field: keyof SearchQuery): string | null {
    if (!isAppError(this.fault, 'INVALID_INPUT')) return null
    return this.fault.details.issues.find(({ path }) => path === field)?.fault ?? null
  }

  async #search(query: SearchQuery): Promise<void> {
    const current = this.#runs.begin()
    this.running = true
    this.stopped = false
    this.#slowing = setTimeout(() => {
      this.slow = true
      this.settled = false
      if (this.#fresh) this.#begin()
    }, SLOW)
    let found = 0
    try {
      do {
        const step = await this.#api.call('messages.search', {
          history: this.#history,
          query,
          limit: PAGE - found,
          ...(this.#next !== undefined && { before: this.#next })
        })
        if (!current()) return
        if (this.#fresh) this.#begin()
        if (step.rows.length > 0) this.rows = [...this.rows, ...step.rows]
        found += step.rows.length
        this.#next = step.next ?? undefined
        this.more = step.next !== null
        this.share = step.share
        this.unindexed = step.unindexed
        if (this.slow && step.next !== null) void this.#tellTime(current, step.next)
      } while (this.more && found < PAGE)
    } catch (error) {
      if (current()) this.#fail(error)
    }
    if (!current()) return
    this.#cancel()
    this.settled = this.fault === null
  }

  #begin(): void {
    this.#fresh = false
    this.settled = false
    this.rows = []
    this.above = 0
    this.currentId = null
  }

  /** Looks up when a message was received. If that fails, the progress line omits the time. */
  async #tellTime(current: () => boolean, id: number): Promise<void> {
    const page = await this.#api
      .call('messages.page', {
        history: this.#history,
        scope: { topic: null, subtree: true },
        before: id + 1,
        limit: 1
      })
      .catch(() => null)
    if (current() && page?.rows[0]) this.reachedAt = page.rows[0].receivedAt
  }

  /** Discards the results of an earlier search, which do not match the current query. Those of this search stay. */
  #fail(fault: unknown): void {
    if (this.#fresh) this.#forget()
    this.fault = fault
  }

  #forget(): void {
    this.#begin()
    this.more = false
    this.stopped = false
    this.query = null
  }

  #cancel(): void {
    clearTimeout(this.#typing)
    clearTimeout(this.#slowing)
    this.#runs.cancel()
    this.running = false
    this.slow = false
    this.reachedAt = null
  }
}
