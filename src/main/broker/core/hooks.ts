import type { Connect, SubscriptionOptions } from '../codec/packet'
import type { Message } from '../codec/message'
import type { Refusal } from '../codec/refusal'

/** Why a message did not reach a subscriber. */
export type DropCause = 'nobody subscribed' | 'expired' | 'queue full' | 'too large' | 'refused'

/** A client at the moment of a decision. */
export interface Asker {
  clientId: string
  username: string | null
  /** `address:port` of the client; empty: not over a network. */
  address: string
}

/**
 * Where others see and steer the broker's decisions: access rules, faults, traces and counters. Without a hook a decision costs
 * nothing. A hook must not throw.
 */
export interface Hooks {
  /** A client asks to connect. Returns why not, or null. */
  connect?(asker: Asker, connect: Connect): Refusal | null
  /** A client has its CONNACK. */
  connected?(asker: Asker): void
  /** A client publishes, or its will is. Returns a reason code; from 0x80 on it is refused. */
  publish?(asker: Asker, message: Message): number
  /** Returns the granted QoS, or a reason code from 0x80 on. */
  subscribe?(asker: Asker, filter: string, options: SubscriptionOptions): number
  /** A message is about to be sent to a client or queued for it. Returns whether it may be. */
  deliver?(clientId: string, message: Message): boolean
  /** Whether a message that another client published counts as a client's own, for its subscriptions with No Local. */
  own?(clientId: string, message: Message): boolean
  /** `clientId` null: nobody is subscribed. */
  drop?(cause: DropCause, message: Message, clientId: string | null): void
}
