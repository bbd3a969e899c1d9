import { isSameHistory, type HistoryRef } from '../../../shared/contract/histories'
import type { Board, BoardChart } from '../../../shared/contract/boards'
import type { Api } from '../../../shared/rpc/contract'
import { Kept } from '../../state/kept.svelte'
import type { ChartState } from './chart.svelte'

/** A chart removed from the board, and its former position. */
interface Removed {
  chart: BoardChart
  index: number
}

/** The pinned charts of a connection's profile. */
export class BoardState {
  removed = $state.raw<Removed | null>(null)
  readonly #board: Kept<Board>

  constructor(api: Api, history: HistoryRef, failed: (error: unknown) => void) {
    this.#board = new Kept<Board>([], {
      get: () => api.call('boards.get', { history }),
      set: (board) => api.call('boards.set', { history, board }),
      follow: (listener) =>
        api.on('boards.changed', (event) => {
          if (isSameHistory(event.history, history)) listener(event.board)
        }),
      failed
    })
  }

  get charts(): Board {
    return this.#board.value
  }

  get loaded(): boolean {
    return this.#board.loaded
  }

  /** Follows changes until the returned function is called. */
  start(): () => void {
    return this.#board.start()
  }

  /** Appends the chart in its present state to the board. Resolves to true if it was stored. */
  async pin({ sources, length, joined, overlaid }: ChartState): Promise<boolean> {
    await this.#board.load()
    if (sources.length === 0 || !this.loaded) return false
    const chart: BoardChart = {
      id: crypto.randomUUID(),
      title: '',
      sources: sources.map((source) => ({ ...source })),
      length,
      joined,
      overlaid,
      wide: false,
      // Several panes need room.
      height: sources.length > 3 ? 'high' : 'middle'
    }
    return this.#board.set([...this.charts, chart])
  }

  change(id: string, change: Partial<BoardChart>): void {
    void this.#board.set(this.charts.map((chart) => (chart.id === id ? { ...chart, ...change } : chart)))
  }

  /** Moves a chart before its previous (-1) or after its next (1) neighbour. */
  move(id: string, by: -1 | 1): void {
    const at = this.charts.findIndex((chart) => chart.id === id)
    this.place(id, at + by)
  }

  /** Moves a chart to an index. */
  place(id: string, index: number): void {
    const chart = this.charts.find((each) => each.id === id)
    if (!chart || index < 0 || index >= this.charts.length || this.charts[index] === chart) return
    const others = this.charts.filter((each) => each !== chart)
    void this.#board.set([...others.slice(0, index), chart, ...others.slice(index)])
  }

  remove(id: string): void {
    const index = this.charts.findIndex((chart) => chart.id === id)
    const chart = this.charts[index]
    if (!chart) return
    this.removed = { chart, index }
    void this.#board.set(this.charts.filter((each) => each !== chart))
  }

  undoRemove(): void {
    const { removed } = this
    if (!removed) return
    this.removed = null
    const { chart, index } = removed
    void this.#board.set([...this.charts.slice(0, index), chart, ...this.charts.slice(index)])
  }
}
