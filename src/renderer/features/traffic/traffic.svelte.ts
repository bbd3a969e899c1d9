import type { TrafficBy, TrafficQuery, TrafficRanking, TrafficRow } from '../../../shared/contract/traffic'
import type { HistoryRef } from '../../../shared/contract/histories'
import type { Api } from '../../../shared/rpc/contract'
import { poll } from '../../state/poll'
import { Refresh } from '../../state/refresh'

/** How often the recent traffic is ranked, in ms. */
const PERIOD = 1_000
const LIMIT = 200

/** The time to rank: a number of recent seconds, or the whole history. */
export type TrafficTime = 10 | 60 | 'all'

/** What floods a broker: topics or branches ranked by messages or bytes received. */
export class TrafficState {
  time: TrafficTime = $state(10)
  by = $state<TrafficBy>('messages')
  group = $state<TrafficQuery['group']>('topics')
  /** Ranks only what is below this level; null: everything. */
  under = $state<string | null>(null)
  ranking = $state.raw<TrafficRanking | null>(null)
  /** Progress of summing up the history, 0 to 1; null: not in progress. */
  share = $state<number | null>(null)
  /** When the history was summed up, in ms since 1970. */
  asOf = $state(0)
  /** Rows keep their order while their numbers are still updated. */
  held = $state(false)
  readonly #api: Api
  readonly history: HistoryRef
  readonly #failed: (error: unknown) => void
  /** Whether the next ranking of the whole history sums it up again. */
  #fresh = true
  /** The ranking of the whole history has been loaded or has failed, so polling does not request it again. */
  #summed = false
  readonly #refresh = new Refresh(
    (current) => this.#rank(current),
    (error) => this.#fail(error)
  )

  constructor(api: Api, history: HistoryRef, failed: (error: unknown) => void) {
    // A recording has no recent traffic.
    this.time = history.kind === 'recording' ? 'all' : 10
    this.#api = api
    this.history = history
    this.#failed = failed
  }

  /** Keeps the ranking up to date until the returned function is called; pauses while the page is hidden. */
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

  /** Ranks what is below a level; null: everything. */
  enter(path: string | null): void {
    this.under = path
    this.#begin()
  }

  /** Sums up the whole history again. */
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
    // Polling retries recent traffic: the connection's worker or the process is being replaced.
    if (this.time !== 'all') return
    this.#summed = true
    this.#failed(error)
  }

  #put(found: TrafficRanking): void {
    this.ranking =
      this.held && this.ranking ? { ...found, rows: inOrder(found.rows, this.ranking.rows) } : found
  }
}

/** Puts rows in the order of earlier ones. Earlier rows that are missing now are zero. */
function inOrder(rows: readonly TrafficRow[], order: readonly TrafficRow[]): TrafficRow[] {
  const found = new Map(rows.map((row) => [row.path, row]))
  return order.map((row) => found.get(row.path) ?? { ...row, messages: 0, bytes: 0 })
}
