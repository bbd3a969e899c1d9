import type { BetweenMoments, Moment, Span } from '../../../shared/contract/moments'
import type { HistoryRef } from '../../../shared/contract/histories'
import type { Api } from '../../../shared/rpc/contract'
import { Latest } from '../../state/latest'
import { poll } from '../../state/poll'
import { Refresh } from '../../state/refresh'

/** Bars of the time bar. */
const BUCKETS = 160
/** How often the bar is drawn anew while messages come, in ms. */
const REFRESH = 3_000
/** Topics of each kind that a comparison lists. */
const LISTED = 1_000

/** The past of a connection: how far it reaches, the moment that is shown, and what is compared with it. */
export class MomentsState {
  /** null: nothing is kept, or it is not known yet. */
  span = $state.raw<Span | null>(null)
  /** No message is kept, as far as is known. */
  empty = $state(false)
  /** The moment that is shown; null: it is live. */
  moment = $state.raw<Moment | null>(null)
  /** The other end of a comparison. */
  mark = $state.raw<Moment | null>(null)
  /** The stretch of time that the bar shows; null: all. */
  zoom = $state.raw<{ from: number; to: number } | null>(null)
  between = $state.raw<BetweenMoments | null>(null)
  comparing = $state(false)
  readonly #api: Api
  readonly #history: HistoryRef
  readonly #failed: (error: unknown) => void
  readonly #moved: () => void
  #newestId = 0
  /** The time that is to be found, in µs. */
  #wanted = 0
  #steps = Promise.resolve()
  /** Whichever of going to a time, stepping and going live was asked for last decides what is shown. */
  readonly #moves = new Latest()
  readonly #span = new Refresh(
    (current) => this.#load(current),
    // The next look may find it. What the tree shows says why the history cannot be read.
    () => this.#put(null, false)
  )
  readonly #search = new Refresh(
    (current) => this.#find(current),
    (error) => this.#failed(error)
  )

  /** @param moved told after another moment is shown, or the present */
  constructor(api: Api, history: HistoryRef, failed: (error: unknown) => void, moved: () => void) {
    this.#api = api
    this.#history = history
    this.#failed = failed
    this.#moved = moved
  }

  /** Keeps the bar up to date until the returned function is called; rests while the page is hidden. */
  start(): () => void {
    return poll(this.#span, REFRESH)
  }

  load(): Promise<void> {
    return this.#span.request()
  }

  /** Tells the id of the newest message; where none was kept so far, the bar shows at once that there is one now. */
  noteNewest(id: number): void {
    if (id === this.#newestId) return
    this.#newestId = id
    if (this.span !== null) return
    this.empty = false
    void this.load()
  }

  /** Shows the history as it was at a time (µs). */
  goTo(at: number): void {
    this.#wanted = Math.round(at)
    this.#moves.begin()
    void this.#search.request()
  }

  /** To the message before or after the moment, of a topic or (null) of any; steps asked for quickly are all taken. */
  step(way: 'back' | 'on', topic: string | null): Promise<void> {
    const current = this.#moves.join()
    this.#steps = this.#steps.then(() => this.#step(way, topic, current))
    return this.#steps
  }

  /** Stands still at the newest message; what comes meanwhile is recorded. */
  pause(): void {
    if (this.moment === null) void this.step('back', null)
  }

  live(): void {
    this.#moves.cancel()
    this.#search.cancel()
    this.#show(null)
    void this.load()
  }

  /** Shows a length of time (µs) around the moment, or (null) all. */
  async setZoom(length: number | null, around: number | null = null): Promise<void> {
    const { span } = this
    if (!span || length === null || length >= span.last.at - span.first.at) this.zoom = null
    else {
      const middle = around ?? this.moment?.at ?? span.last.at
      const from = Math.round(Math.max(span.first.at, Math.min(middle - length / 2, span.last.at - length)))
      this.zoom = { from, to: Math.round(from + length) }
    }
    await this.load()
  }

  /** Finds what changed from the mark to the moment that is shown. */
  async compare(): Promise<void> {
    const other = this.moment ?? this.span?.last
    if (!this.mark || !other) return
    const [from, to] = [this.mark.id, other.id].sort((a, b) => a - b)
    this.between = null
    this.comparing = true
    try {
      this.between = await this.#api.call('moments.between', {
        history: this.#history,
        from: from!,
        to: to!,
        limit: LISTED
      })
    } catch (error) {
      this.#failed(error)
    } finally {
      this.comparing = false
    }
  }

  async #load(current: () => boolean): Promise<void> {
    const { from, to } = this.zoom ?? { from: null, to: null }
    const newestId = this.#newestId
    const span = await this.#api.call('moments.span', {
      history: this.#history,
      from,
      to,
      buckets: BUCKETS
    })
    if (current()) this.#put(span, span === null && newestId === this.#newestId)
  }

  #show(moment: Moment | null): void {
    if (moment?.id === this.moment?.id) return
    this.moment = moment
    this.#moved()
  }

  #put(span: Span | null, empty: boolean): void {
    this.span = span
    this.empty = empty
  }

  async #step(way: 'back' | 'on', topic: string | null, current: () => boolean): Promise<void> {
    if (!current() || (way === 'on' && !this.moment)) return
    // The first step back from now is to the newest message there is.
    const id = this.moment?.id ?? Number.MAX_SAFE_INTEGER
    try {
      const found = await this.#api.call('moments.step', { history: this.#history, id, way, topic })
      if (found && current()) this.#show(found)
    } catch (error) {
      if (current()) this.#failed(error)
    }
  }

  async #find(current: () => boolean): Promise<void> {
    const found = await this.#api.call('moments.find', {
      history: this.#history,
      at: this.#wanted
    })
    if (found && current()) this.#show(found)
  }
}
