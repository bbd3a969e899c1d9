import type { ConnectionStats, ConnectionStatus, SubscriptionState } from '../../shared/contract/connections'
import type { PublishResult, Scope } from '../../shared/contract/messages'
import type { Profile, Subscription } from '../../shared/contract/profiles'
import type { TopicFrame } from '../../shared/contract/topics'
import type { Qos } from '../../shared/message'
import type { Secrets } from './options'
import type { ViewOptions } from './view'

/** What a connection's worker is started with. */
export interface ConnectionData {
  profileId: string
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
  watch(input: { viewId: string; options: ViewOptions; expanded: string[] }): void
  update(input: { viewId: string; options: Partial<ViewOptions>; expand: string[]; collapse: string[] }): void
  unwatch(input: string): void
  reveal(input: { viewId: string; path: string }): number | null
  find(input: { viewId: string; text: string; from: number }): { index: number; path: string } | null
  at(input: { viewId: string; index: number }): { index: number; path: string } | null
  /** Puts everything on disk, so that a reader of the file sees it; gives the id of a topic's last message. */
  settle(input: { topic: string | null }): number | null
  clear(input: Scope): Promise<number>
}

/** What a connection tells the main thread. */
export interface ConnectionNews {
  status(status: ConnectionStatus): void
  stats(stats: ConnectionStats): void
  frame(frame: TopicFrame): void
}
