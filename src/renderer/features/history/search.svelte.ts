import type { FoundRow, SearchQuery } from '../../../shared/contract/messages'
import { AppError, isAppError } from '../../../shared/errors'
import type { HistoryRef } from '../../../shared/contract/histories'
import type { Api } from '../../../shared/rpc/contract'
import { Latest } from '../../state/latest'
import { isHalfTyped, isSought, NO_CONDITIONS, NOTHING_SOUGHT, queryOf, type Sought } from './sought'

const PAGE = 100
/** After the last key, in ms. */
const TYPING = 150
/** The same while a byte in hex has one digit: not to find fault with what is not done. */
const HALF_TYPED = 800
/** What is found sooner needs no progress, in ms. */
const SLOW = 300

/**
 * A search of one connection's history, newest first. It goes on step by step until a page is full, and then waits for the person to
 * reach its end. Results stay as they are until something else is sought.
 */
export class SearchState {
  /** As it stands in the fields: `changed` after a change. */
  readonly sought = $state<Sought>({ ...NOTHING_SOUGHT })
  readonly seeking = $derived(isSought(this.sought))
  rows = $state.raw<readonly FoundRow[]>([])
  running = $state(false)
  /** Has run for so long that progress is worth showing. */
  slow = $state(false)
  /** The person stopped it before its page was full. */
  stopped = $state(false)
  /** There may be more: the search has not come to the end of the range. */
  more = $state(false)
  /** Of the range that has been searched, 0 to 1. */
  share = $state(0)
  /** Messages that are not indexed yet. */
  unindexed = $state(0)
  /** How far back the search has come, in µs since 1970 UTC; known while it is slow. */
  reachedAt = $state<number | null>(null)
  fault = $state.raw<unknown>(null)
  /** The rows are what came of a search, not of one that begins. */
  settled = $state(false)
  /** What the search is for; null: nothing has been searched yet. */
  query = $state.raw<SearchQuery | null>(null)
  /** The result that was opened last, and how many rows stood above those in sight. */
  openedId = $state<number | null>(null)
  above = 0
  readonly #api: Api
  readonly #history: HistoryRef
  readonly #turned: () => void
  #wasSeeking = false
  /** Where to go on. */
  #next: number | undefined
  /** The first step is not in: the rows are those of an earlier search. */
  #fresh = false
  readonly #runs = new Latest()
  #typing: ReturnType<typeof setTimeout> | undefined
  #slowing: ReturnType<typeof setTimeout> | undefined

  /** @param turned told after a search takes the history's place, or gives it back */
  constructor(api: Api, history: HistoryRef, turned: () => void) {
    this.#api = api
    this.#history = history
    this.#turned = turned
  }

  /** What is sought has changed: the search under way ends, and another begins when the typing rests. */
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

  /** Searches at once, from the newest message. Earlier results stay until the first of the new come in. */
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

  /** Goes on with the next page, after a stop or after a fault. */
  goOn(): void {
    if (!this.query || !this.more || this.running) return
    this.fault = null
    void this.#search(this.query)
  }

  /** Ends the search under way; what was found stays, and `goOn` goes on. */
  stop(): void {
    if (!this.running) return
    if (this.#fresh) this.#begin()
    this.#cancel()
    this.stopped = true
    this.settled = true
    this.more = true
  }

  /** The fault of one field of the query, by its code; null when it has none. */
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
    this.openedId = null
  }

  /** Finds out when the message with an id was received; the progress line does without it when it cannot be told. */
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

  /** What an earlier search found does not fit what is sought now; what this one found stays. */
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
