import type { CallsOf } from '../../shared/contract'
import type { ConnectionStats, ConnectionStatus } from '../../shared/contract/connections'
import type { DecoderBinding } from '../../shared/contract/decode'
import type { Job } from '../../shared/contract/jobs'
import type { Scope } from '../../shared/contract/messages'
import type { Profile } from '../../shared/contract/profiles'
import type { RetainedStatus } from '../../shared/contract/retained'
import type { TopicFrame } from '../../shared/contract/topics'
import type { Message } from '../../shared/message'
import type { SchemaFile } from '../decode/schema-file'
import type { Secrets } from '../mqtt/options'
import type { TreeCalls } from '../topics/tree-calls'

/** What a connection's worker is started with. */
export interface ConnectionData {
  profileId: string
  /** Counts the workers of this connection, from 1. */
  generation: number
  historyPath: string
}

/** What only the main thread asks of a connection's worker. */
export interface ConnectionControl {
  connect(input: { profile: Profile; secrets: Secrets }): Promise<ConnectionStatus>
  disconnect(input: null): Promise<ConnectionStatus>
  /** Disconnects, puts everything on disk and closes the history file. */
  shutDown(input: null): Promise<void>
  /** Puts everything on disk, so that a reader of the file sees it. */
  settle(input: null): void
  /** Settles, and gives the id of a topic's last message (0: none), or the message where it is in memory only. */
  last(input: { topic: string }): { id: number } | { message: Message }
  cancelJob(input: { id: string }): void
  /** Shows last values with these bindings from now on. */
  setDecoding(input: { schemas: SchemaFile[]; bindings: DecoderBinding[] }): void
}

/** Everything that a connection's worker answers: the contract's calls under their own names, and the main thread's. */
export type ConnectionFunctions = CallsOf<'connection'> & TreeCalls & ConnectionControl

/** What a connection tells the main thread. */
export interface ConnectionNews {
  status(status: ConnectionStatus): void
  stats(stats: ConnectionStats): void
  frame(frame: TopicFrame): void
  retained(status: RetainedStatus): void
  /** A subscriber of recorded messages threw; see recorder/message-stream.ts. */
  subscriberFailed(fault: { subscriber: string; error: Error; times: number }): void
  /** A job of the connection has begun, made progress, or ended. */
  job(job: Job): void
  /** Messages of the history were cleared. */
  cleared(scope: Scope): void
  /** The history is damaged and about to be renamed: whoever reads it must close it first. */
  historyDamaged(input: undefined): Promise<void>
  /** Another file stands in place of the history: whoever reads it must open it anew. */
  historyReplaced(input: undefined): void
}
