import type { CallInput, CallOutput, CallsOf } from '../../shared/contract'
import type { Decoder, DecoderBinding, SchemaCheck, SchemaInfo } from '../../shared/contract/decode'
import type { EncodedText, Encoding } from '../../shared/contract/encode'
import type { MessageView } from '../../shared/contract/messages'
import type { ReplaySelection } from '../../shared/contract/replay'
import type { TopicFrame } from '../../shared/contract/topics'
import type { Message } from '../../shared/message'
import type { ReplayPage } from '../automation/replay/message'
import type { SchemaFile } from '../decode/schema-file'
import type { RecordingFacts } from '../history/recording-file'
import type { TreeCalls } from '../topics/tree-calls'
import type { ExportJob, JobProgress } from '../transfer/job'

/** Which history file a call reads. One that does not exist yet is an empty history. */
export interface HistoryFile {
  path: string
}

type ArchiveCallName<D extends string> = keyof CallsOf<'archive', D>

/** The contract's calls that the archive answers, all or one domain. The router adds the path. They throw HISTORY_UNAVAILABLE. */
export type ArchiveCalls<D extends string = string> = {
  [N in ArchiveCallName<D>]: (input: CallInput<N> & HistoryFile) => CallOutput<N> | Promise<CallOutput<N>>
}

/** Archive functions that only the main thread calls. */
export interface ArchiveControl {
  /** Sets the schemas and bindings used to decode histories. Returns the contents of the schema files. */
  setDecoding(input: Decoding): SchemaInfo[]
  /** Encodes a payload that is written as JSON with the schema library, and decodes it again. */
  encode(input: { text: string; encoding: Encoding }): EncodedText
  /** Checks a payload against the JSON Schema that is bound to its topic; null: none is. */
  check(input: HistoryFile & { topic: string; payload: Uint8Array }): SchemaCheck | null
  /** A topic's newest incoming message, or null. Throws HISTORY_UNAVAILABLE. */
  newest(input: HistoryFile & { topic: string; decoder: Decoder }): MessageView | null
  /** Decodes a message, given by id or as an object that is in no file. null: it was deleted. Throws HISTORY_UNAVAILABLE. */
  view(
    input: HistoryFile & { decoder: Decoder } & ({ id: number } | { message: Message })
  ): MessageView | null
  /** Checks a file before it is opened as a recording; see history/recording-file.ts for what it throws. */
  inspect(input: HistoryFile): RecordingFacts
  /** Notifies the archive that messages of a history were cleared. */
  cleared(input: HistoryFile): void
  /** Keeps a history's search index up to date until the file is released. */
  follow(input: HistoryFile): void
  /** Starts an export and reports its progress. */
  export(job: ExportJob): void
  cancel(input: { jobId: string }): void
  /** Opens a history for a replay. Throws HISTORY_UNAVAILABLE. */
  beginReplay(input: HistoryFile & { id: string; selection: ReplaySelection }): void
  /** The next messages of a replay. Throws HISTORY_UNAVAILABLE. */
  replayPage(input: { id: string }): ReplayPage
  endReplay(input: { id: string }): void
  /** Cancels the exports and replays of a file and closes it. */
  release(input: HistoryFile): Promise<void>
  /** Cancels every export and replay, and closes every file. */
  stop(input: null): Promise<void>
}

export type ArchiveFunctions = ArchiveCalls & TreeCalls & ArchiveControl

/** Events from the archive's thread to the main thread. */
export interface ArchiveListener {
  progress(progress: JobProgress): void
  /** A frame of a view of a past moment or of a recording. */
  frame(frame: TopicFrame): void
}

/** Settings for decoding payloads: the schema library, and the bindings of each history by its path. */
export interface Decoding {
  schemas: SchemaFile[]
  bindings: Record<string, DecoderBinding[]>
}
