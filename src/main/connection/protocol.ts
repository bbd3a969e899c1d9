import type { ConnectionStats, ConnectionStatus, SubscriptionState } from '../../shared/contract/connections'
import type { DecoderBinding } from '../../shared/contract/decode'
import type {
  MetricsWanted,
  SparkplugDetail,
  SparkplugList,
  SparkplugWanted
} from '../../shared/contract/devices'
import type { HaDevice, HaDeviceWanted, HaList, HaWanted } from '../../shared/contract/home-assistant'
import type { PublishResult, Scope } from '../../shared/contract/messages'
import type { TrafficQuery, TrafficRanking } from '../../shared/contract/traffic'
import type { PacketDetail, PacketFilter, PacketWindow } from '../../shared/contract/packets'
import type {
  RetainedPlan,
  RetainedRow,
  RetainedScope,
  RetainedSort,
  RetainedStatus
} from '../../shared/contract/retained'
import type { Profile, Subscription } from '../../shared/contract/profiles'
import type { OpenBranches, TopicFrame } from '../../shared/contract/topics'
import type { Message, Qos } from '../../shared/message'
import type { SchemaFile } from '../decode/schema-files'
import type { Secrets } from '../mqtt/options'
import type { BranchChange, ViewOptions } from '../topics/view-options'

/** What a connection's worker is started with. */
export interface ConnectionData {
  profileId: string
  /** Counts the workers of this connection, from 1. */
  generation: number
  historyPath: string
}

/** What the main thread may ask of a connection. */
export interface ConnectionCalls {
  connect(input: { profile: Profile; secrets: Secrets }): Promise<ConnectionStatus>
  disconnect(input: null): Promise<ConnectionStatus>
  /** Disconnects, puts everything on disk and closes the history file. */
  shutDown(input: null): Promise<void>
  subscribe(input: Subscription): Promise<SubscriptionState>
  unsubscribe(input: string): Promise<void>
  publish(input: { topic: string; payload: Uint8Array; qos: Qos; retain: boolean }): Promise<PublishResult>
  watch(input: { viewId: string; options: ViewOptions; expanded: OpenBranches }): void
  update(input: { viewId: string; options: Partial<ViewOptions>; branches: BranchChange }): void
  unwatch(input: string): void
  reveal(input: { viewId: string; path: string }): number | null
  find(input: { viewId: string; text: string; from: number }): { index: number; path: string } | null
  at(input: { viewId: string; index: number }): { index: number; path: string } | null
  /** Topics that fit a text, best first (see suggest.ts); none when another text was asked for meanwhile. */
  suggest(input: { text: string; limit: number }): Promise<string[]>
  /** Puts everything on disk, so that a reader of the file sees it. */
  settle(input: null): void
  /** A topic's last message: its id in the file (0: none), or the message where it is in no file. Everything is on disk then. */
  last(input: { topic: string }): { id: number } | { message: Message }
  /** Shows last values with these bindings from now on. */
  setDecoding(input: { schemas: SchemaFile[]; bindings: DecoderBinding[] }): void
  /** What came lately, ranked; see the contract's `traffic.recent`. */
  traffic(input: { query: TrafficQuery; seconds: number }): TrafficRanking
  /** The log of control packets; see the contract's `packets`. */
  recordPackets(input: boolean): void
  packets(input: {
    filter: PacketFilter
    first: number | null
    count: number
    until: number | null
  }): PacketWindow
  packet(input: number): PacketDetail | null
  exportPackets(input: { filter: PacketFilter; format: 'text' | 'pcapng' }): {
    bytes: Uint8Array
    packets: number
  }
  /** Sparkplug B; see the contract's `sparkplug`. */
  sparkplug(input: SparkplugWanted): SparkplugList
  sparkplugDetail(input: MetricsWanted): SparkplugDetail | null
  /** Home Assistant's discovery; see the contract's `homeAssistant`. */
  homeAssistant(input: HaWanted): HaList
  homeAssistantDevice(input: HaDeviceWanted): HaDevice | null
  rebirth(input: { group: string; node: string }): Promise<PublishResult>
  /** What the broker retains; see the contract's `retained`. */
  retained(input: null): RetainedStatus
  lookUpRetained(filter: string): void
  retainedRows(input: {
    list: number
    plan: number | null
    sort: RetainedSort
    first: number
    count: number
  }): RetainedRow[]
  planRetained(input: { list: number; scope: RetainedScope }): RetainedPlan
  clearRetained(plan: number): void
  undoRetained(overwrite: boolean): void
  cancelRetained(input: null): void
  dismissRetained(input: null): void
  /** Throws HISTORY_UNAVAILABLE. */
  clear(input: Scope): Promise<number>
}

/** What a connection tells the main thread. */
export interface ConnectionNews {
  status(status: ConnectionStatus): void
  stats(stats: ConnectionStats): void
  frame(frame: TopicFrame): void
  retained(status: RetainedStatus): void
  /** A subscriber of recorded messages threw; see recorder/message-stream.ts. */
  subscriberFailed(fault: { subscriber: string; error: Error; times: number }): void
  /** Another file stands in place of the history: whoever reads it must open it anew. */
  historyReplaced(input: undefined): void
}
