import type { TrafficBy, TrafficQuery, TrafficRanking, TrafficRow } from '../../../shared/contract/traffic'
import type { Api } from '../../../shared/rpc/contract'

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
  readonly #connectionId: string
  readonly #failed: (error: unknown) => void
  #asked = 0
  #asking = false

  constructor(api: Api, connectionId: string, failed: (error: unknown) => void, time: TrafficTime = 10) {
    this.time = time
    this.#api = api
    this.#connectionId = connectionId
    this.#failed = failed
  }

  /** Ranks anew until the returned function is called; rests while the page is hidden. */
  start(): () => void {
    void this.#rank(true)
    const timer = setInterval(() => {
      if (this.time !== 'all' && document.visibilityState === 'visible' && !this.#asking) void this.#rank()
    }, PERIOD)
    return () => {
      clearInterval(timer)
      this.#asked++
    }
  }

  setTime(time: TrafficTime): void {
    this.time = time
    this.#begin(true)
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
    this.#begin(true)
  }

  #begin(fresh = false): void {
    this.held = false
    if (fresh) this.ranking = null
    void this.#rank(fresh)
  }

  /** The last one that was asked for counts. */
  async #rank(fresh = false): Promise<void> {
    const asked = ++this.#asked
    this.#asking = true
    const { time, by, group, under } = this
    const query: TrafficQuery = { by, group, under, limit: LIMIT }
    try {
      if (time === 'all') await this.#sumUp(asked, query, fresh)
      else {
        const wanted = { connectionId: this.#connectionId, query, seconds: time }
        const found = await this.#api.call('traffic.recent', wanted)
        if (asked === this.#asked) this.#put(found)
      }
    } catch (error) {
      // The connection's worker is being replaced, or the process: the next look finds it.
      if (asked === this.#asked && time === 'all') this.#failed(error)
    } finally {
      if (asked === this.#asked) {
        this.#asking = false
        this.share = null
      }
    }
  }

  async #sumUp(asked: number, query: TrafficQuery, fresh: boolean): Promise<void> {
    for (let begin = fresh; asked === this.#asked; begin = false) {
      if (begin) this.asOf = Date.now()
      const wanted = { connectionId: this.#connectionId, query, fresh: begin }
      const { share, ranking } = await this.#api.call('traffic.all', wanted)
      if (asked !== this.#asked) return
      this.share = share
      if (ranking) return this.#put(ranking)
    }
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
