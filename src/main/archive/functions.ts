import type { OpenBranches } from '../../shared/contract/topics'
import type { CallOutput } from '../../shared/contract'
import type { Comparison } from '../../shared/contract/compare'
import type { Decoder, DecoderBinding, SchemaInfo } from '../../shared/contract/decode'
import type { HistoryRow, MessageView, Scope, SearchQuery, SearchStep } from '../../shared/contract/messages'
import type { BetweenMoments, Moment, Span } from '../../shared/contract/moments'
import type { SeriesField } from '../../shared/contract/series'
import type { TrafficQuery } from '../../shared/contract/traffic'
import type { Message } from '../../shared/message'
import type { BranchChange, ViewOptions } from '../topics/view-options'
import type { SchemaFile } from '../decode/schema-files'
import type { PageQuery } from '../history/reader'
import type { RecordingFacts } from '../history/recording-file'
import type { ExportJob } from '../transfer/job'
import type { CsvQuery, SeriesQuery } from './charts'

/** What the archive's thread answers to. A history file that does not exist yet is an empty history. */
export interface ArchiveFunctions {
  /** Throws HISTORY_UNAVAILABLE, as the next three do. */
  page(input: PageQuery & { path: string }): { rows: HistoryRow[]; more: boolean }
  search(input: { path: string; query: SearchQuery; before?: number; limit: number }): SearchStep
  compare(input: { path: string; before: number | null; after: number }): Comparison | null
  get(input: { path: string; id: number; decoder: Decoder }): MessageView | null
  /** Makes a message readable that is in no file. */
  view(input: { path: string; message: Message; decoder: Decoder }): MessageView
  /** What histories are decoded with from now on: the schema library, whose files are described, and the bindings by path. */
  setDecoding(input: Decoding): SchemaInfo[]
  count(input: { path: string; scope: Scope }): number
  /** The id of a topic's newest incoming message; 0 when it has none. */
  newest(input: { path: string; topic: string }): number
  /** Topics that have a text in their names; see connection/suggest.ts. */
  suggest(input: { path: string; text: string; limit: number }): Promise<string[]>
  /** Looks at a file before it is opened as a recording; see history/recording-file.ts for what it throws. */
  inspect(input: { path: string }): RecordingFacts
  /** See the contract's `moments`. Throw HISTORY_UNAVAILABLE. */
  span(input: { path: string; from: number | null; to: number | null; buckets: number }): Span | null
  momentAt(input: { path: string; at: number }): Moment | null
  step(input: { path: string; id: number; way: 'back' | 'on'; topic: string | null }): Moment | null
  between(input: { path: string; from: number; to: number; limit: number }): Promise<BetweenMoments | null>
  /** See the contract's `series`. Throw HISTORY_UNAVAILABLE. */
  readSeries(query: SeriesQuery): CallOutput<'series.read'>
  fields(input: { path: string; topic: string }): SeriesField[]
  csv(query: CsvQuery): CallOutput<'series.csv'>
  /** Messages of a history were cleared. */
  cleared(input: { path: string }): void
  /** See the contract's `traffic.all`. Throws HISTORY_UNAVAILABLE. */
  traffic(input: { path: string; query: TrafficQuery; fresh: boolean }): CallOutput<'traffic.all'>
  /** Views of past moments; see the contract's `topics`. Frames are told. Throw HISTORY_UNAVAILABLE, NOT_FOUND. */
  watch(input: PastWatch): void
  update(input: {
    viewId: string
    options: Partial<ViewOptions>
    branches: BranchChange
    moment: number | null
  }): void
  unwatch(viewId: string): void
  reveal(input: { viewId: string; path: string }): number | null
  find(input: { viewId: string; text: string; from: number }): { index: number; path: string } | null
  at(input: { viewId: string; index: number }): { index: number; path: string } | null
  /** Keeps a history's search index up to date until the file is released. */
  follow(input: { path: string }): void
  /** Starts an export; what comes of it is told as progress. */
  export(job: ExportJob): void
  cancel(input: { jobId: string }): void
  /** Cancels the exports of a file and closes it. */
  release(input: { path: string }): Promise<void>
  /** Cancels every export and closes every file. */
  stop(): Promise<void>
}

/** A view of a history as it was. */
export interface PastWatch {
  path: string
  viewId: string
  /** The id of the last message that counts. */
  moment: number
  options: ViewOptions
  expanded: OpenBranches
}

/** What payloads are decoded with: the schema library, and the bindings of each history by its path. */
export interface Decoding {
  schemas: SchemaFile[]
  bindings: Record<string, DecoderBinding[]>
}
