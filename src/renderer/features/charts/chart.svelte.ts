import type { HistoryRef } from '../../../shared/contract/histories'
import type { CallOutput } from '../../../shared/contract'
import type { Series, SeriesField, SeriesSource, SeriesTime } from '../../../shared/contract/series'
import type { Api } from '../../../shared/rpc/contract'
import { poll } from '../../state/poll'
import { Refresh } from '../../state/refresh'

/** A source on a chart. */
export interface ChartSource extends SeriesSource {
  /** Index of one of the chart's colours, from 0. */
  colour: number
  hidden: boolean
}

export const COLOURS = 8
/** Maximum number of sources on one chart. */
export const MOST_SOURCES = 12
const MINUTE = 60e6
/** Lengths of time to choose from, in µs; null: the whole history. */
export const LENGTHS: readonly (number | null)[] = [
  ...[1, 5, 15, 60, 360, 1_440, 10_080].map((minutes) => minutes * MINUTE),
  null
]
/** A chart refreshes whenever its time range has advanced by one pixel, but within these limits, in ms. */
const PERIOD = { shortest: 500, longest: 2_000 }
/** The shortest range that can be zoomed to, in µs. */
const LEAST = 1_000

/** One chart: values of some topics over a time range, live or in the past. */
export class ChartState {
  sources = $state.raw<readonly ChartSource[]>([])
  /** Length of the range while not zoomed, in µs; null: the whole history. */
  length = $state<number | null>(5 * MINUTE)
  /** The zoomed range, in µs since 1970; null: not zoomed. */
  zoom = $state.raw<{ from: number; to: number } | null>(null)
  /** End of the range while not zoomed, in µs; null: now. */
  until = $state<number | null>(null)
  /** Whether lines are drawn across gaps. */
  joined = $state(false)
  /** Whether all lines share one scale, instead of panes with scales of their own. */
  overlaid = $state(false)
  /** The data drawn for each source, from `from` to `to`. */
  series = $state.raw<readonly Series[]>([])
  from = $state(0)
  to = $state(0)
  /** When the data was read; in a recording, the time of its last message. */
  now = $state(0)
  /** How much of the range has been read, 0 to 1. */
  share = $state(0)
  fault = $state.raw<unknown>(null)
  /** Width of the plot, in px. */
  width = 800
  readonly #api: Api
  readonly #history: HistoryRef
  readonly #edited: () => void
  readonly #refresh = new Refresh(
    (current) => this.#read(current),
    (error) => (this.fault = error)
  )

  /** @param edited called after the user changed which sources are on the chart, and how */
  constructor(api: Api, history: HistoryRef, edited: () => void = () => undefined) {
    this.#api = api
    this.#history = history
    this.#edited = edited
  }

  /** Keeps the chart up to date until the returned function is called; pauses while the page is hidden. */
  start(): () => void {
    return poll(this.#refresh, () => {
      const pixel = this.zoom ? PERIOD.longest : (this.to - this.from) / this.width / 1_000
      return Math.max(PERIOD.shortest, Math.min(PERIOD.longest, pixel))
    })
  }

  show(sources: readonly ChartSource[]): void {
    this.sources = sources
    void this.look()
  }

  has({ topic, path }: SeriesSource): boolean {
    return this.sources.some((source) => source.topic === topic && source.path === path)
  }

  add(source: SeriesSource): void {
    if (this.has(source) || this.sources.length >= MOST_SOURCES) return
    const used = new Set(this.sources.map(({ colour }) => colour))
    const colour = Array.from({ length: COLOURS }, (_, index) => index).find((each) => !used.has(each)) ?? 0
    this.#edit([...this.sources, { ...source, colour, hidden: false }])
  }

  remove({ topic, path }: SeriesSource): void {
    this.#edit(this.sources.filter((source) => source.topic !== topic || source.path !== path))
  }

  toggle(index: number): void {
    this.#edit(
      this.sources.map((source, at) => (at === index ? { ...source, hidden: !source.hidden } : source))
    )
  }

  setOverlaid(overlaid: boolean): void {
    this.overlaid = overlaid
    this.#edited()
  }

  setLength(length: number | null): void {
    this.length = length
    this.zoom = null
    void this.look()
  }

  /** Zooms to a range (µs); null ends the zoom. Ignores ranges that are too short. */
  setZoom(zoom: { from: number; to: number } | null): void {
    if (zoom && zoom.to - zoom.from < LEAST) return
    this.zoom = zoom && { from: Math.round(zoom.from), to: Math.round(zoom.to) }
    void this.look()
  }

  /** Makes the range `factor` times as long; the time `around` (µs) keeps its position. */
  zoomBy(factor: number, around: number): void {
    const { from, to } = this.zoom ?? this
    this.setZoom({ from: around - (around - from) * factor, to: around + (to - around) * factor })
  }

  /** Pans by a fraction of the range. */
  panBy(share: number): void {
    const { from, to } = this.zoom ?? this
    const by = (to - from) * share
    this.setZoom({ from: from + by, to: to + by })
  }

  /** Finds the numbers and states in a topic's newest message. */
  async fields(topic: string): Promise<SeriesField[]> {
    return this.#api.call('series.fields', { history: this.#history, topic })
  }

  /** Yields all values in the range as CSV, part by part; ends early once `cancelled` returns true. */
  async *csv(cancelled: () => boolean): AsyncGenerator<{ lines: Uint8Array; share: number }> {
    const { from, to } = this
    const sources = this.sources.filter(({ hidden }) => !hidden)
    for (const [index, { topic, path }] of sources.entries()) {
      for (let after: number | null = 0; after !== null && !cancelled();) {
        const source = { topic, path }
        const part: CallOutput<'series.csv'> = await this.#api.call('series.csv', {
          history: this.#history,
          source,
          from,
          to,
          after
        })
        after = part.next
        yield { lines: part.lines, share: (index + part.share) / sources.length }
      }
    }
  }

  /** Requests the data to draw. */
  async look(): Promise<void> {
    await this.#refresh.request()
  }

  #edit(sources: readonly ChartSource[]): void {
    this.show(sources)
    this.#edited()
  }

  async #read(current: () => boolean): Promise<void> {
    const { sources } = this
    const time: SeriesTime = this.zoom ?? { to: this.until, length: this.length }
    const found = await this.#api.call('series.read', {
      history: this.#history,
      sources: sources.map(({ topic, path }) => ({ topic, path })),
      time,
      buckets: Math.max(8, Math.min(4_000, Math.round(this.width)))
    })
    // The sources have changed, which has already requested another read.
    if (!current() || sources !== this.sources) return
    this.series = found.series
    this.from = found.from
    this.to = found.to
    this.now = found.now
    this.share = Math.min(1, ...found.series.map(({ share }) => share))
    this.fault = null
    if (this.share < 1) void this.look()
  }
}
