import type { TrafficBy, TrafficQuery, TrafficRanking, TrafficRow } from '../../../shared/contract/traffic'
import type { HistoryRef } from '../../../shared/contract/histories'
import type { Api } from '../../../shared/rpc/contract'
import { poll } from '../../state/poll'
import { Refresh } from '../../state/refresh'

/** How often what came lately is ranked anew, in ms. */
const PERIOD = 1_000
const LIMIT = 200

/** The time that is ranked: the last so many seconds, or all that is kept. */
export type TrafficTime = 10 | 60 | 'all'

/** What floods a broker: topics or branches ranked by what came. */
export class TrafficState {
  time: TrafficTime = $state(10)
  by = $state<TrafficBy>('messages')
  group = $state<TrafficQuery['group']>('topics')
  /** Only what is below this level; null: everything. */
  under = $state<string | null>(null)
  ranking = $state.raw<TrafficRanking | null>(null)
  /** How far the history is summed up, 0 to 1; null: it is not being done. */
  share = $state<number | null>(null)
  /** When the history was summed up, in ms since 1970. */
  asOf = $state(0)
  /** Rows keep their order for now, while their numbers go on. */
  held = $state(false)
  readonly #api: Api
  readonly history: HistoryRef
  readonly #failed: (error: unknown) => void
  /** Whether the next ranking of all that is kept sums the history up anew. */
  #fresh = true
  /** The ranking of all that is kept is there, or has failed: it is not asked for again by itself. */
  #summed = false
  readonly #refresh = new Refresh(
    (current) => this.#rank(current),
    (error) => this.#fail(error)
  )

  constructor(api: Api, history: HistoryRef, failed: (error: unknown) => void) {
    // What comes to a recording no longer does so lately.
    this.time = history.kind === 'recording' ? 'all' : 10
    this.#api = api
    this.history = history
    this.#failed = failed
  }

  /** Ranks anew until the returned function is called; rests while the page is hidden. */
  start(): () => void {
    this.#fresh = true
    this.#summed = false
    return poll(this.#refresh, PERIOD)
  }

  setTime(time: TrafficTime): void {
    this.time = time
    this.ranking = null
    this.#begin()
  }

  setBy(by: TrafficBy): void {
    this.by = by
    this.#begin()
  }

  setGroup(group: TrafficQuery['group']): void {
    this.group = group
    this.#begin()
  }

  /** Looks at what is below a level. */
  enter(path: string | null): void {
    this.under = path
    this.#begin()
  }

  /** Sums up the history again. */
  again(): void {
    this.#fresh = true
    this.ranking = null
    this.#begin()
  }

  #begin(): void {
    this.held = false
    this.#summed = false
    void this.#refresh.restart()
  }

  async #rank(current: () => boolean): Promise<void> {
    const { time, by, group, under } = this
    const query: TrafficQuery = { by, group, under, limit: LIMIT }
    if (time === 'all') {
      if (!this.#summed) await this.#sumUp(current, query)
      return
    }
    this.share = null
    const wanted = { connectionId: this.history.id, query, seconds: time }
    const found = await this.#api.call('traffic.recent', wanted)
    if (current()) this.#put(found)
  }

  async #sumUp(current: () => boolean, query: TrafficQuery): Promise<void> {
    while (current()) {
      const fresh = this.#fresh
      if (fresh) this.asOf = Date.now()
      const wanted = { history: this.history, query, fresh }
      const { share, ranking } = await this.#api.call('traffic.all', wanted)
      if (!current()) return
      this.#fresh = false
      this.share = share
      if (!ranking) continue
      this.share = null
      this.#summed = true
      return this.#put(ranking)
    }
  }

  #fail(error: unknown): void {
    this.share = null
    // What came lately is asked for again: the connection's worker is being replaced, or the process.
    if (this.time !== 'all') return
    this.#summed = true
    this.#failed(error)
  }

  #put(found: TrafficRanking): void {
    this.ranking =
      this.held && this.ranking ? { ...found, rows: inOrder(found.rows, this.ranking.rows) } : found
  }
}

/** Rows in the order that others had; those that came to nothing are zero. */
function inOrder(rows: readonly TrafficRow[], order: readonly TrafficRow[]): TrafficRow[] {
  const found = new Map(rows.map((row) => [row.path, row]))
  return order.map((row) => found.get(row.path) ?? { ...row, messages: 0, bytes: 0 })
}
