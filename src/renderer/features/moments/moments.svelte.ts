import type { BetweenMoments, Moment, Span, TimeMark, TimeMarks } from '../../../shared/contract/moments'
import type { HistoryRef } from '../../../shared/contract/histories'
import type { Api } from '../../../shared/rpc/contract'
import { Latest } from '../../state/latest'
import { poll } from '../../state/poll'
import { Refresh } from '../../state/refresh'

/** Number of bars in the time bar. */
const BUCKETS = 160
/** How often the bar is refreshed, in ms. */
const REFRESH = 3_000
/** Maximum number of marks of watch rules in the bar. */
const MARKS = 200
/** Maximum number of topics of each kind that a comparison lists. */
const LISTED = 1_000

/** The past of a connection: the recorded time span, the moment shown, and the moment it is compared with. */
export class MomentsState {
  /** null: nothing is recorded, or not known yet. */
  span = $state.raw<Span | null>(null)
  /** What watch rules marked in the time that the bar shows, newest first. */
  marks = $state.raw<readonly TimeMark[]>([])
  /** True while the history is known to be empty. */
  empty = $state(false)
  /** The moment shown; null: live. */
  moment = $state.raw<Moment | null>(null)
  /** The other end of a comparison. */
  mark = $state.raw<Moment | null>(null)
  /** The time range that the bar shows; null: everything. */
  zoom = $state.raw<{ from: number; to: number } | null>(null)
  between = $state.raw<BetweenMoments | null>(null)
  comparing = $state(false)
  readonly #api: Api
  readonly #history: HistoryRef
  readonly #failed: (error: unknown) => void
  readonly #moved: () => void
  #newestId = 0
  /** What a recording was saved with: it stays as it is. */
  #saved: TimeMarks | null = null
  /** The time to find, in µs. */
  #wanted = 0
  #steps = Promise.resolve()
  /** The last request wins, whether it goes to a time, steps or goes live. */
  readonly #moves = new Latest()
  readonly #span = new Refresh(
    (current) => this.#load(current),
    // The next refresh may succeed. The tree reports why the history cannot be read.
    () => this.#put(null, false)
  )
  readonly #search = new Refresh(
    (current) => this.#find(current),
    (error) => this.#failed(error)
  )

  /** @param moved called after another moment, or the live state, is shown */
  constructor(api: Api, history: HistoryRef, failed: (error: unknown) => void, moved: () => void) {
    this.#api = api
    this.#history = history
    this.#failed = failed
    this.#moved = moved
  }

  /** Keeps the bar up to date until the returned function is called; pauses while the page is hidden. */
  start(): () => void {
    return poll(this.#span, REFRESH)
  }

  load(): Promise<void> {
    return this.#span.request()
  }

  /** Reports the id of the newest message. If there is no span yet, loads it at once. */
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

  /** Goes to the previous or next message of a topic, or (null) of any topic. Quick successive steps are queued. */
  step(way: 'back' | 'on', topic: string | null): Promise<void> {
    const current = this.#moves.join()
    this.#steps = this.#steps.then(() => this.#step(way, topic, current))
    return this.#steps
  }

  /** Pauses at the newest message. Recording continues. */
  pause(): void {
    if (this.moment === null) void this.step('back', null)
  }

  live(): void {
    this.#moves.cancel()
    this.#search.cancel()
    this.#show(null)
    void this.load()
  }

  /** Zooms the bar to `length` µs around a time, by default the moment shown (live: the end); null: everything. */
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

  /** Finds the changes between the mark and the moment shown. */
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
    const marks = await this.#loadMarks({ from, to })
    if (!current()) return
    this.#put(span, span === null && newestId === this.#newestId)
    this.marks = marks
  }

  /** Rules mark the history of a connection; a recording has what was marked when it was saved. The bar is complete without marks, so that a failure is not told. */
  async #loadMarks(period: { from: number | null; to: number | null }): Promise<readonly TimeMark[]> {
    const { kind, id } = this.#history
    try {
      if (kind === 'connection')
        return await this.#api.call('watch.marks', { connectionId: id, ...period, limit: MARKS })
      const { from, to } = period
      const marks = (await this.#marksOfRecording()).filter(
        ({ at }) => (from === null || at >= from) && (to === null || at < to)
      )
      return marks.slice(0, MARKS)
    } catch {
      return []
    }
  }

  async #marksOfRecording(): Promise<readonly TimeMark[]> {
    if (this.#saved === null) {
      this.#saved = await this.#api.call('moments.marks', { history: this.#history })
      this.mark ??= this.#saved.flag
    }
    return this.#saved.marks
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
    // The first step back from live goes to the newest message.
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
