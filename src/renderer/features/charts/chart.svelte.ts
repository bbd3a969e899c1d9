import type { HistoryRef } from '../../../shared/contract/histories'
import type { CallOutput } from '../../../shared/contract'
import type { Series, SeriesField, SeriesSource, SeriesTime } from '../../../shared/contract/series'
import type { Api } from '../../../shared/rpc/contract'
import { poll } from '../../state/poll'
import { Refresh } from '../../state/refresh'

/** A source on a chart. */
export interface ChartSource extends SeriesSource {
  /** Which of the chart's colours, from 0. */
  colour: number
  hidden: boolean
}

export const COLOURS = 8
/** Sources on one chart at most. */
export const MOST_SOURCES = 12
const MINUTE = 60e6
/** Lengths of time that are offered, in µs; null: all. */
export const LENGTHS: readonly (number | null)[] = [
  ...[1, 5, 15, 60, 360, 1_440, 10_080].map((minutes) => minutes * MINUTE),
  null
]
/** A chart moves on when its time has moved by a pixel, but no more often and no more rarely than this, in ms. */
const PERIOD = { shortest: 500, longest: 2_000 }
/** The least time that is zoomed to, in µs. */
const LEAST = 1_000

/** What one chart shows: values of some topics over a time, live or of the past. */
export class ChartState {
  sources = $state.raw<readonly ChartSource[]>([])
  /** The time up to now that it shows, in µs; null: all. */
  length = $state<number | null>(5 * MINUTE)
  /** A time that was zoomed to, in µs since 1970; null: it is live. */
  zoom = $state.raw<{ from: number; to: number } | null>(null)
  /** The newest moment that is shown, in µs; null: now. */
  until = $state<number | null>(null)
  /** Lines go over gaps. */
  joined = $state(false)
  /** What is drawn, source by source, of the time from `from` to `to`. */
  series = $state.raw<readonly Series[]>([])
  from = $state(0)
  to = $state(0)
  /** How much of the time has been read, 0 to 1. */
  share = $state(0)
  fault = $state.raw<unknown>(null)
  /** px of the plot. */
  width = 800
  readonly #api: Api
  readonly #history: HistoryRef
  readonly #refresh = new Refresh(
    (current) => this.#read(current),
    (error) => (this.fault = error)
  )

  constructor(api: Api, history: HistoryRef) {
    this.#api = api
    this.#history = history
  }

  /** Keeps the chart up to date until the returned function is called; rests while the page is hidden. */
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
    this.show([...this.sources, { ...source, colour, hidden: false }])
  }

  remove({ topic, path }: SeriesSource): void {
    this.show(this.sources.filter((source) => source.topic !== topic || source.path !== path))
  }

  toggle(index: number): void {
    this.show(
      this.sources.map((source, at) => (at === index ? { ...source, hidden: !source.hidden } : source))
    )
  }

  setLength(length: number | null): void {
    this.length = length
    this.zoom = null
    void this.look()
  }

  /** Shows a time (µs), or (null) what it showed before zooming. */
  setZoom(zoom: { from: number; to: number } | null): void {
    if (zoom && zoom.to - zoom.from < LEAST) return
    this.zoom = zoom && { from: Math.round(zoom.from), to: Math.round(zoom.to) }
    void this.look()
  }

  /** Shows a time `factor` times as long, around a time (µs). */
  zoomBy(factor: number, around: number): void {
    const { from, to } = this.zoom ?? this
    this.setZoom({ from: around - (around - from) * factor, to: around + (to - around) * factor })
  }

  /** Moves by a part of the time that is shown. */
  panBy(share: number): void {
    const { from, to } = this.zoom ?? this
    const by = (to - from) * share
    this.setZoom({ from: from + by, to: to + by })
  }

  /** The numbers and states in a topic's newest message. */
  async fields(topic: string): Promise<SeriesField[]> {
    return this.#api.call('series.fields', { history: this.#history, topic })
  }

  /** All values of the time that is shown as CSV, part by part; ends early when `cancelled` says so. */
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

  /** Asks for what is drawn. */
  async look(): Promise<void> {
    await this.#refresh.request()
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
    // A change of the sources asks once more by itself.
    if (!current() || sources !== this.sources) return
    this.series = found.series
    this.from = found.from
    this.to = found.to
    this.share = Math.min(1, ...found.series.map(({ share }) => share))
    this.fault = null
    if (this.share < 1) void this.look()
  }
}
