import type { Message } from '../../shared/message'
import type { LastMessage, TopicEntry } from './topics'

/** A message to record; the store assigns its id and time. */
export type NewMessage = Omit<Message, 'id' | 'receivedAt' | 'topic' | 'size' | 'payload'> & {
  payload: Buffer
}

/** Where a connection's messages go: its history file, or (see recorder/live-store.ts) only the newest of each topic. */
export interface MessageStore {
  /** Every known topic by name. */
  readonly topics: ReadonlyMap<string, TopicEntry>
  /** Packet ids of stored QoS 2 messages still waiting for PUBREL (MQTT 5.0, 4.3.3). */
  readonly pending: Pick<Set<number>, 'has' | 'add' | 'delete' | 'clear'>
  /** The time at which a message would be received now, in µs since 1970 UTC. */
  now(): number
  /** The entry of a topic, created on first use. */
  entry(name: string): TopicEntry
  /** Stores a message and counts it in its topic. Returns when it was received (µs since 1970 UTC). */
  append(entry: TopicEntry, message: NewMessage): number
  /** Records when the broker was last known to retain a message on a topic (whole seconds since 1970 UTC), or 0 for none. */
  setRetained(entry: TopicEntry, at: number): void
  /** Discards all knowledge of the broker's retained messages. */
  forgetRetained(): void
  /** A topic's newest incoming message, or null; with at most the first `bytes` bytes of its payload. */
  last(entry: TopicEntry, bytes?: number): LastMessage | null
  /** Makes stored messages durable. */
  commit(): void
}
