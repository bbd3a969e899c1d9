import { isSameHistory, type HistoryRef } from '../../../shared/contract/histories'
import type { TopicCharts } from '../../../shared/contract/topic-charts'
import type { Api } from '../../../shared/rpc/contract'
import { Kept } from '../../state/kept.svelte'
import { ChartState } from './chart.svelte'

/** Maximum number of topics whose charts are kept. */
const KEPT = 200

/** The chart of the selected topic. What the user changes on it is kept with the profile, per topic. */
export class TopicChart {
  readonly chart: ChartState
  /** The chart is locked: it stays when another topic is selected. */
  locked = $state(false)
  /** The topic's chart is being looked up. */
  looking = $state(false)
  #topic: string | null = null
  readonly #charts: Kept<TopicCharts>

  constructor(api: Api, history: HistoryRef, failed: (error: unknown) => void) {
    this.chart = new ChartState(api, history, () => void this.#keep())
    this.#charts = new Kept<TopicCharts>([], {
      get: () => api.call('topicCharts.get', { history }),
      set: (charts) => api.call('topicCharts.set', { history, charts }),
      follow: (listener) =>
        api.on('topicCharts.changed', (event) => {
          if (isSameHistory(event.history, history)) listener(event.charts)
        }),
      failed
    })
  }

  /** Follows changes by other pages until the returned function is called. */
  start(): () => void {
    return this.#charts.start()
  }

  /** Shows a topic's chart: as the user left it, or with the first number in its newest message (else the first state). */
  async show(topic: string): Promise<void> {
    if (topic === this.#topic || this.#isFixed()) return
    this.#topic = topic
    this.chart.setZoom(null)
    this.looking = true
    try {
      if (await this.#restore(topic)) return
      const fields = await this.chart.fields(topic)
      const first = fields.find(({ kind }) => kind === 'number') ?? fields[0]
      if (this.#topic === topic && this.chart.sources.length === 0 && first)
        this.chart.show([{ topic, path: first.path, colour: 0, hidden: false }])
    } catch {
      // The chart itself reports why it has no data.
    } finally {
      if (this.#topic === topic) this.looking = false
    }
  }

  /** Adds a value of the topic to its chart. */
  async pick(topic: string, path: string): Promise<void> {
    if (topic !== this.#topic && !this.#isFixed()) {
      this.#topic = topic
      await this.#restore(topic)
      if (this.#topic !== topic) return
    }
    this.chart.add({ topic, path })
  }

  #isFixed(): boolean {
    return this.locked && this.chart.sources.length > 0
  }

  /** Shows the chart that is kept for a topic, or an empty one. Returns true if there was one, or if another topic was chosen meanwhile. */
  async #restore(topic: string): Promise<boolean> {
    if (!this.#charts.loaded) await this.#charts.load()
    if (this.#topic !== topic) return true
    const kept = this.#charts.value.find((each) => each.topic === topic)
    this.chart.overlaid = kept?.overlaid ?? false
    this.chart.show(kept?.sources ?? [])
    return kept !== undefined
  }

  /** Keeps what the user changed. A chart without sources is forgotten: its topic has the first value again when it is next selected. */
  async #keep(): Promise<void> {
    const topic = this.#topic
    const { sources, overlaid } = this.chart
    if (topic === null) return
    // Never replace stored charts that could not be read.
    if (!this.#charts.loaded) await this.#charts.load()
    if (!this.#charts.loaded) return
    const others = this.#charts.value.filter((each) => each.topic !== topic)
    const changed = sources.length > 0 ? [{ topic, sources: [...sources], overlaid }] : []
    await this.#charts.set([...others, ...changed].slice(-KEPT))
  }
}
