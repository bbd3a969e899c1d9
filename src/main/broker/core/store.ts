import type { SubscriptionOptions } from '../codec/packet'
import type { Message } from '../codec/message'
import type { Delivery } from './outgoing'

/** A session as it was kept. */
export interface KeptSession {
  id: number
  clientId: string
  /** Seconds; 0xffffffff: never. */
  expiry: number
  /** ms since 1970 UTC; null: it was connected when the broker ended. */
  disconnectedAt: number | null
  subscriptions: { filter: string; options: SubscriptionOptions }[]
  /** Messages on their way to the client, oldest first. */
  outgoing: Delivery[]
  /** Packet identifiers of QoS 2 messages from the client that it has not released. */
  incoming: number[]
  /** The number that its next message gets. */
  nextNumber: number
}

/** A session's own record. */
export interface SessionRecord {
  clientId: string
  expiry: number
  disconnectedAt: number | null
  /** Messages before this number have been sent; null: not known, because the client is connected. */
  sentUpTo: number | null
}

/**
 * Where sessions and retained messages outlive the broker. Changes take effect at the next `commit`, all or none. Only `commit` throws;
 * the store is not used any more then.
 */
export interface Store {
  load(): { sessions: KeptSession[]; retained: Message[] }
  /** Adds or changes a session's own record; returns its id. `id` 0: it is new. */
  saveSession(id: number, record: SessionRecord): number
  removeSession(id: number): void
  saveSubscription(session: number, filter: string, options: SubscriptionOptions): void
  removeSubscription(session: number, filter: string): void
  addOutgoing(session: number, delivery: Delivery): void
  /** The client has received a QoS 2 message but not completed it: only its packet identifier is still needed. */
  releaseOutgoing(session: number, number: number): void
  removeOutgoing(session: number, number: number): void
  addIncoming(session: number, packetId: number): void
  removeIncoming(session: number, packetId: number): void
  setRetained(message: Message): void
  removeRetained(topic: string): void
  readonly hasChanges: boolean
  commit(): void
  close(): void
}
