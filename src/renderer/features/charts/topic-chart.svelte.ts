import type { HistoryRef } from '../../../shared/contract/histories'
import type { Api } from '../../../shared/rpc/contract'
import { ChartState, type ChartSource } from './chart.svelte'

/** Maximum number of topics whose charts are remembered. */
const REMEMBERED = 100

/** The chart of the selected topic. The sources on it are remembered per topic and restored when the topic is selected again. */
export class TopicChart {
  readonly chart: ChartState
  /** The chart is locked: it stays when another topic is selected. */
  kept = $state(false)
  /** The fields of the newest message are being looked up. */
  looking = $state(false)
  #topic: string | null = null
  readonly #known = new Map<string, readonly ChartSource[]>()

  constructor(api: Api, history: HistoryRef) {
    this.chart = new ChartState(api, history)
  }

  /** Shows a topic's chart: as it was, or with the first number in its newest message (else the first state). */
  async show(topic: string): Promise<void> {
    if (topic === this.#topic) return
    if (this.kept && this.chart.sources.length > 0) return
    this.#remember()
    this.#topic = topic
    const known = this.#known.get(topic)
    this.chart.setZoom(null)
    this.chart.show(known ?? [])
    if (known && known.length > 0) return
    this.looking = true
    try {
      const fields = await this.chart.fields(topic)
      const first = fields.find(({ kind }) => kind === 'number') ?? fields[0]
      if (this.#topic === topic && this.chart.sources.length === 0 && first)
        this.chart.add({ topic, path: first.path })
    } catch {
      // The chart itself reports why it has no data.
    } finally {
      this.looking = false
    }
  }

  /** Adds a value of the topic to its chart. */
  pick(topic: string, path: string): void {
    if (topic !== this.#topic && !(this.kept && this.chart.sources.length > 0)) {
      this.#remember()
      this.#topic = topic
      this.chart.show(this.#known.get(topic) ?? [])
    }
    this.chart.add({ topic, path })
  }

  #remember(): void {
    if (this.#topic === null) return
    this.#known.delete(this.#topic)
    this.#known.set(this.#topic, this.chart.sources)
    const [oldest] = this.#known.keys()
    if (this.#known.size > REMEMBERED) this.#known.delete(oldest!)
  }
}
