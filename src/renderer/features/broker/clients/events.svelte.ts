import type { ClientEvent } from '../../../../shared/contract/broker-clients'
import { isAppError } from '../../../../shared/errors'
import type { Api } from '../../../../shared/rpc/contract'
import { poll } from '../../../state/poll'
import { Refresh } from '../../../state/refresh'

/** Polling period, in ms. */
const PERIOD = 1_000
/** Events that one call returns. */
const PORTION = 200

/** The event history of a client id, or of all, newest first. Older events are loaded when they come into sight. */
export class EventsState {
  /** null: not known yet. */
  events = $state.raw<readonly ClientEvent[] | null>(null)
  /** Why they could not be read. */
  fault = $state.raw<unknown>(null)
  /** Id of the current event. */
  selected = $state.raw<number | null>(null)
  readonly current = $derived(this.events?.findIndex(({ id }) => id === this.selected) ?? -1)
  readonly currentEvent = $derived(this.events?.[this.current] ?? null)
  readonly #api: Api
  readonly #clientId: string | null
  /** Indexes of the first event in sight, and of the one after the last. */
  #first = 0
  #end = 0
  #hasOldest = false
  readonly #refresh = new Refresh(
    (current) => this.#load(current),
    (error) => {
      // If the broker stopped between two polls, its status says so.
      if (!isAppError(error, 'BROKER_NOT_RUNNING')) this.fault = error
    }
  )

  /** @param clientId null: every client */
  constructor(api: Api, clientId: string | null) {
    this.#api = api
    this.#clientId = clientId
  }

  /** Polls until the returned function is called; pauses while the page is hidden. */
  start(): () => void {
    return poll(this.#refresh, PERIOD)
  }

  show(first: number, count: number): void {
    this.#first = first
    this.#end = first + count
    if (this.#needsOlder()) void this.#refresh.request()
  }

  #needsOlder(): boolean {
    return !this.#hasOldest && this.#end >= (this.events?.length ?? 0)
  }

  async #load(current: () => boolean): Promise<void> {
    // Newer events would move those that the person has scrolled back to.
    if (this.#first === 0 || this.events === null) await this.#loadNewest(current)
    await this.#loadOlder(current)
  }

  async #loadNewest(current: () => boolean): Promise<void> {
    const newest = await this.#portion(null)
    if (!current()) return
    this.fault = null
    const known = this.events ?? []
    const newestKnown = known[0]?.id ?? -Infinity
    const added = newest.filter(({ id }) => id > newestKnown)
    // More came than one portion has: what lies between is loaded when it comes into sight.
    const hasGap = added.length === PORTION && known.length > 0
    if (hasGap || this.events === null) this.#hasOldest = newest.length < PORTION
    if (hasGap || this.events === null) this.events = newest
    else if (added.length > 0) this.events = [...added, ...known]
  }

  async #loadOlder(current: () => boolean): Promise<void> {
    const oldest = this.events?.at(-1)
    if (!oldest || !current() || !this.#needsOlder()) return
    const older = await this.#portion(oldest.id)
    if (!current()) return
    this.fault = null
    this.#hasOldest = older.length < PORTION
    this.events = [...(this.events ?? []), ...older]
  }

  #portion(before: number | null): Promise<ClientEvent[]> {
    return this.#api.call('clients.events', { clientId: this.#clientId, before, limit: PORTION })
  }
}
