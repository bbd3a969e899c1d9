import { isSameHistory, type HistoryRef } from '../../../shared/contract/histories'
import type { Board, BoardChart } from '../../../shared/contract/boards'
import type { Api } from '../../../shared/rpc/contract'
import type { ChartState } from './chart.svelte'
import { sourceName } from './chart-words'

/** A chart that was taken off a board, and where it stood. */
interface Removed {
  chart: BoardChart
  index: number
}

/** The pinned charts of a connection's profile. A change shows at once, and is taken back when it cannot be kept. */
export class BoardState {
  charts = $state.raw<Board>([])
  loaded = $state(false)
  removed = $state.raw<Removed | null>(null)
  readonly #api: Api
  readonly #history: HistoryRef
  readonly #failed: (error: unknown) => void

  constructor(api: Api, history: HistoryRef, failed: (error: unknown) => void) {
    this.#api = api
    this.#history = history
    this.#failed = failed
  }

  /** Follows changes until the returned function is called. */
  start(): () => void {
    const stop = this.#api.on('boards.changed', ({ history, board }) => {
      if (isSameHistory(history, this.#history)) this.charts = board
    })
    void this.load()
    return stop
  }

  async load(): Promise<void> {
    try {
      this.charts = await this.#api.call('boards.get', { history: this.#history })
      this.loaded = true
    } catch (error) {
      this.#failed(error)
    }
  }

  /** Puts a chart as it is now at the end of the board. True when it is kept. */
  async pin({ sources, length, joined }: ChartState): Promise<boolean> {
    await this.load()
    const [first] = sources
    if (!first || !this.loaded) return false
    const chart: BoardChart = {
      id: crypto.randomUUID(),
      title: sourceName(first).slice(0, 200),
      sources: sources.map((source) => ({ ...source })),
      length,
      joined,
      wide: false,
      height: 'middle'
    }
    return this.#set([...this.charts, chart])
  }

  change(id: string, change: Partial<BoardChart>): void {
    void this.#set(this.charts.map((chart) => (chart.id === id ? { ...chart, ...change } : chart)))
  }

  /** Before (-1) or after (1) its neighbour. */
  move(id: string, by: -1 | 1): void {
    const at = this.charts.findIndex((chart) => chart.id === id)
    this.place(id, at + by)
  }

  /** To a place among the others. */
  place(id: string, index: number): void {
    const chart = this.charts.find((each) => each.id === id)
    if (!chart || index < 0 || index >= this.charts.length || this.charts[index] === chart) return
    const others = this.charts.filter((each) => each !== chart)
    void this.#set([...others.slice(0, index), chart, ...others.slice(index)])
  }

  remove(id: string): void {
    const index = this.charts.findIndex((chart) => chart.id === id)
    const chart = this.charts[index]
    if (!chart) return
    this.removed = { chart, index }
    void this.#set(this.charts.filter((each) => each !== chart))
  }

  undoRemove(): void {
    const { removed } = this
    if (!removed) return
    this.removed = null
    const { chart, index } = removed
    void this.#set([...this.charts.slice(0, index), chart, ...this.charts.slice(index)])
  }

  async #set(board: Board): Promise<boolean> {
    const before = this.charts
    this.charts = board
    try {
      await this.#api.call('boards.set', { history: this.#history, board })
      return true
    } catch (error) {
      this.charts = before
      this.#failed(error)
      return false
    }
  }
}
