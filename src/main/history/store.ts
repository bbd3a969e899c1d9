import type { Message } from '../../shared/message'
import type { LastMessage, TopicEntry } from './topics'

/** A message to be recorded; whoever keeps it gives it its id and time. */
export type NewMessage = Omit<Message, 'id' | 'receivedAt' | 'topic' | 'size' | 'payload'> & {
  payload: Buffer
}

/** Where a connection's messages go: its history file, or (see recorder/live-store.ts) only the newest of each topic. */
export interface MessageStore {
  /** Every known topic by name. */
  readonly topics: ReadonlyMap<string, TopicEntry>
  /** Packet ids of QoS 2 messages that are kept and whose PUBREL has not come (MQTT 5.0, 4.3.3). */
  readonly pending: Pick<Set<number>, 'has' | 'add' | 'delete' | 'clear'>
  /** The entry of a topic, made on first sight. */
  entry(name: string): TopicEntry
  /** Keeps a message and counts it in its topic. Gives when it was received (µs since 1970 UTC). */
  append(entry: TopicEntry, message: NewMessage): number
  /** Notes what is known of the broker's retained message on a topic: since when (whole seconds since 1970 UTC), or 0 for none. */
  setRetained(entry: TopicEntry, at: number): void
  /** Nothing is known of what the broker retains. */
  forgetRetained(): void
  /** A topic's newest incoming message, or null; with at most so many of its payload's first bytes. */
  last(entry: TopicEntry, bytes?: number): LastMessage | null
  /** Makes what was kept last. */
  commit(): void
}
