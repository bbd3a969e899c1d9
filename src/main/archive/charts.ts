import type { CallInput, CallOutput } from '../../shared/contract'
import type { Series, SeriesField, SeriesSource } from '../../shared/contract/series'
import { csvField } from '../../shared/csv'
import { isoTime } from '../../shared/time-text'
import { CHARTED_BYTES, ChartedValue } from '../decode/charted'
import type { Decoders } from '../decode/decoders'
import type { BirthNames } from '../decode/sparkplug-value'
import { fieldsOf } from '../decode/fields'
import { openIfThere } from '../history/open'
import { TopicReader } from '../history/series'
import type { ArchiveCalls, HistoryFile } from './archive-functions'
import type { HistoryDecoding } from './history-decoding'
import { orHistoryFault } from './open-histories'
import { CachedSeries } from './series'

/** How long one call reads, in ms. */
const STEP_MS = 200
/** Limit of cached values in all series together, except those just requested: 120 MB. */
const MAX_CACHED_VALUES = 6_000_000

type SeriesQuery = CallInput<'series.read'> & HistoryFile
type CsvQuery = Omit<CallInput<'series.csv'>, 'history'> & HistoryFile

interface OpenCharts {
  reader: TopicReader
  /** By topic and pointer; the most recently requested come last. */
  series: Map<string, CachedSeries>
}

/** Values of messages, for charts. Values once read stay in memory up to a limit. */
export class Charts {
  private readonly open = new Map<string, OpenCharts>()

  constructor(private readonly decoding: HistoryDecoding) {}

  calls(): ArchiveCalls<'series'> {
    return {
      'series.read': (query) => orHistoryFault(() => this.read(query)),
      'series.fields': (query) => orHistoryFault(() => this.fields(query)),
      'series.csv': (query) => orHistoryFault(() => this.csv(query))
    }
  }

  /** See the contract's `series.read`. Throws SQLite's own errors, as the next two do. */
  read({ path, history, sources, time, buckets }: SeriesQuery): CallOutput<'series.read'> {
    const decoders = this.decoding.decodersOf(path)
    const charts = this.chartsOf(path)
    const ends = charts?.reader.ends()
    // A recording's "now" is its last message. Times of messages are finer than the clock read here.
    const last = ends?.last.at ?? 0
    const now = history.kind === 'recording' && ends ? last : Math.max(last, Date.now() * 1_000)
    const to = time.to ?? now
    const from = 'from' in time ? time.from : time.length === null ? null : to - time.length
    const first = ends?.first.at ?? to
    const begin = Math.min(from ?? first, to - 1)
    const none: Series = {
      share: 1,
      cut: false,
      kind: 'none',
      points: 0,
      before: null,
      after: null,
      held: null,
      exact: true,
      at: [],
      values: [],
      states: []
    }
    if (!charts) return { from: begin, to, now, series: sources.map(() => none) }
    const asked = sources.map((source) => this.seriesOf(path, charts, source, decoders))
    const deadline = performance.now() + STEP_MS
    const shares = asked.map((series, index) =>
      series.read(from, to, (deadline - performance.now()) / (asked.length - index))
    )
    this.makeRoom()
    const starts =
      from === null ? asked.flatMap((each) => (each.length > 0 ? [each.timeAt(0)] : [])) : [begin]
    const start = Math.min(to - 1, ...(starts.length > 0 ? starts : [begin]))
    const period = { from: start, to, width: (to - start) / buckets, open: !('from' in time), now }
    return {
      from: Math.floor(start),
      to,
      now,
      series: asked.map((series, index) => ({ share: shares[index]!, ...series.draw(period) }))
    }
  }

  /** See the contract's `series.fields`. */
  fields({ path, topic }: HistoryFile & { topic: string }): SeriesField[] {
    const charts = this.chartsOf(path)
    const decoders = this.decoding.decodersOf(path)
    let found: SeriesField[] = []
    const range = { above: 0, below: Number.MAX_SAFE_INTEGER }
    charts?.reader.read(
      topic,
      'down',
      range,
      { bytes: CHARTED_BYTES, milliseconds: STEP_MS },
      ({ id, payload }) => {
        const names = (): BirthNames | null => this.decoding.namesOf(path, topic, id)
        found = fieldsOf(topic, payload, decoders, names)
        return false
      }
    )
    return found
  }

  /** See the contract's `series.csv`. */
  csv({ path, source, from, to, after }: CsvQuery): CallOutput<'series.csv'> {
    const charts = this.chartsOf(path)
    if (!charts?.reader.ends()) return { lines: new Uint8Array(0), next: null, share: 1 }
    const value = this.valueOf(path, source, this.decoding.decodersOf(path))
    const head = `${csvField(source.topic)},${csvField(source.path)},`
    const lines: string[] = []
    const begin = charts.reader.idFrom(from)
    const end = charts.reader.idFrom(to + 1)
    const range = { above: Math.max(after, begin - 1), below: end }
    const limits = { bytes: CHARTED_BYTES, milliseconds: STEP_MS }
    const reached = charts.reader.read(source.topic, 'up', range, limits, ({ id, at, payload }) => {
      const found = value.read(payload, id)
      if (found)
        lines.push(`${isoTime(at)},${head}${'number' in found ? found.number : csvField(found.state)}\r\n`)
      return true
    })
    const share =
      reached === null ? 1 : Math.max(0, Math.min(1, (reached - begin) / Math.max(1, end - begin)))
    return { lines: Buffer.from(lines.join('')), next: reached, share }
  }

  /** Closes a history's file and drops its values. */
  forget(path: string): void {
    this.open.get(path)?.reader.close()
    this.open.delete(path)
  }

  /** Drops cached values, because messages were cleared or their decoding changed. */
  reset(path?: string): void {
    for (const each of path === undefined ? [...this.open.keys()] : [path])
      this.open.get(each)?.series.clear()
  }

  close(): void {
    for (const path of [...this.open.keys()]) this.forget(path)
  }

  private chartsOf(path: string): OpenCharts | null {
    const known = this.open.get(path)
    if (known) return known
    const reader = openIfThere(path, (there) => TopicReader.open(there))
    if (!reader) return null
    const opened = { reader, series: new Map<string, CachedSeries>() }
    this.open.set(path, opened)
    return opened
  }

  private seriesOf(
    path: string,
    { reader, series }: OpenCharts,
    source: SeriesSource,
    decoders: Decoders
  ): CachedSeries {
    const key = `${source.topic}\0${source.path}`
    const found = series.get(key) ?? new CachedSeries(reader, this.valueOf(path, source, decoders))
    series.delete(key)
    series.set(key, found)
    return found
  }

  private valueOf(path: string, source: SeriesSource, decoders: Decoders): ChartedValue {
    return new ChartedValue(source.topic, source.path, decoders, (id) =>
      this.decoding.namesOf(path, source.topic, id)
    )
  }

  /** Drops the least recently requested series, but never the last two dozen of a history. */
  private makeRoom(): void {
    let held = 0
    for (const { series } of this.open.values()) for (const each of series.values()) held += each.length
    for (const { series } of this.open.values()) {
      for (const [key, each] of series) {
        if (held <= MAX_CACHED_VALUES || series.size <= 24) break
        held -= each.length
        series.delete(key)
      }
    }
  }
}
