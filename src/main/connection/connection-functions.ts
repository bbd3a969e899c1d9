import type { CallsOf, EventPayload } from '../../shared/contract'
import type { ConnectionStats, ConnectionStatus } from '../../shared/contract/connections'
import type { DecoderBinding } from '../../shared/contract/decode'
import type { Job } from '../../shared/contract/jobs'
import type { Scope } from '../../shared/contract/messages'
import type { Profile } from '../../shared/contract/profiles'
import type { RequestStatus } from '../../shared/contract/requests'
import type { RetainedStatus } from '../../shared/contract/retained'
import type { TopicFrame } from '../../shared/contract/topics'
import type { ReplayOptions, ReplayStatus } from '../../shared/contract/replay'
import type { CheckEnd, WatchEntry, WatchRules } from '../../shared/contract/watch'
import type { AskedRun } from '../automation/watch/rule-checks'
import type { Message } from '../../shared/message'
import type { SchedulePlan } from '../../shared/schedule'
import type { ReplayPage } from '../automation/replay/message'
import type { PlayerStatus, ScheduledMessage } from '../automation/schedule/player'
import type { ScriptMessage } from '../automation/scripts/protocol'
import type { ScriptBatch } from '../automation/scripts/tap'
import type { SchemaFile } from '../decode/schema-file'
import type { Secrets } from '../mqtt/options'
import type { TreeCalls } from '../topics/tree-calls'

/** The start data of a connection's worker. */
export interface ConnectionData {
  profileId: string
  /** Counts the workers of this connection, from 1. */
  generation: number
  historyPath: string
}

/** Calls to a connection's worker that only the main thread makes. */
export interface ConnectionControl {
  connect(input: { profile: Profile; secrets: Secrets }): Promise<ConnectionStatus>
  /** Resolves when the attempt to connect has ended: subscribed, or without a connection. */
  attemptEnded(input: null): Promise<void>
  disconnect(input: null): Promise<ConnectionStatus>
  /** Disconnects, writes everything to disk and closes the history file. */
  shutDown(input: null): Promise<void>
  /** Writes everything to disk, so that a reader of the file sees it. */
  settle(input: null): void
  /** Writes everything to disk and returns the id of a topic's last message (0: none), or the message if it is only in memory. */
  last(input: { topic: string }): { id: number } | { message: Message }
  cancelJob(input: { id: string }): void
  /** Publishes what the main thread reads for the replay `id`. Throws NOT_CONNECTED. */
  startReplay(input: { id: string; source: string; options: ReplayOptions }): Job
  /** Has no effect on a replay that has ended. `id`: its job. */
  controlReplay(input: { id: string; action: 'pause' | 'resume' | 'step' }): void
  /** Sets the schemas and bindings used to show last values. */
  setDecoding(input: { schemas: SchemaFile[]; bindings: DecoderBinding[] }): void
  setWatchRules(rules: WatchRules): void
  /** Filters of the scripts that get messages of this connection. */
  setScripts(scripts: { key: string; filters: string[] }[]): void
  /** The check that a watch rule asked for has ended, or did not run. */
  checkEnded(input: { id: string; end: CheckEnd }): void
  /** Publishes for a script. Throws what `messages.publish` throws. */
  publishForScript(message: ScriptMessage): Promise<unknown>
  /** Sends what the main thread makes of the schedule's message. Throws NOT_CONNECTED. */
  startSchedule(input: { id: string; plan: SchedulePlan }): void
  /** Has no effect on one that has ended. */
  stopSchedule(input: { id: string }): void
}

/** How far a schedule of the connection is. */
export type ScheduleNews = PlayerStatus & { id: string }

/** What the watch rules of a connection see. */
export type WatchSight = Omit<EventPayload<'watch.states'>, 'connectionId'>

/** All calls that a connection's worker answers: those of the contract, under their own names, and those of the main thread. */
export type ConnectionFunctions = CallsOf<'connection'> & TreeCalls & ConnectionControl

/** What a connection tells and asks about what is composed in the collections. */
export interface ComposerNews {
  schedule(status: ScheduleNews): void
  request(status: RequestStatus): void
  /** Expands the next message of a schedule. */
  scheduledMessage(input: { id: string }): ScheduledMessage | Promise<ScheduledMessage>
  /** Runs a check that a watch rule asks for; `checkEnded` follows. */
  runCheck(input: AskedRun): void
  /** Messages that match filters of scripts. */
  forScripts(batch: ScriptBatch): void
}

/** Notifications and calls from a connection to the main thread. */
export interface ConnectionNews extends ComposerNews {
  status(status: ConnectionStatus): void
  stats(stats: ConnectionStats): void
  frame(frame: TopicFrame): void
  retained(status: RetainedStatus): void
  /** A subscriber of recorded messages threw; see recorder/message-stream.ts. */
  subscriberFailed(fault: { subscriber: string; error: Error; times: number }): void
  /** A job of the connection started, made progress, or ended. */
  job(job: Job): void
  replay(status: ReplayStatus): void
  /** Reads the next messages of a replay. Throws HISTORY_UNAVAILABLE, CHANNEL_CLOSED. */
  replayPage(input: { id: string }): Promise<ReplayPage>
  watchStates(sight: WatchSight): void
  /** New entries in the log of the watch rules. */
  watchTold(entries: WatchEntry[]): void
  /** Messages of the history were cleared. */
  cleared(scope: Scope): void
  /** The history is damaged and about to be renamed: readers must close it first. */
  historyDamaged(input: undefined): Promise<void>
  /** The history was replaced by another file: readers must reopen it. */
  historyReplaced(input: undefined): void
}
