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
  /** Treetop's own connection. */
  isObserver?: boolean
}

/** A client whose CONNECT is being decided on. */
export interface Applicant extends Asker {
  /** It has gone, so that the decision no longer matters. */
  readonly closed: boolean
}

/**
 * Where others see and steer the broker's decisions: access rules, faults, traces and counters. Without a hook a decision costs
 * nothing. A hook must not throw.
 */
export interface Hooks {
  /**
   * A client asks to connect without an authentication method. The answer, why not or null, may take time: the client's next packets wait
   * for it, at most as long as the connect timeout. null: nothing to check.
   */
  authenticate?(applicant: Applicant, connect: Connect): Promise<Refusal | null> | null
  /** A client asks to connect. Returns why not, or null. */
  connect?(asker: Asker, connect: Connect): Refusal | null
  /** A client publishes, or its will is. Returns a reason code; from 0x80 on it is refused. */
  publish?(asker: Asker, message: Message): number
  /** Returns the granted QoS, or a reason code from 0x80 on. */
  subscribe?(asker: Asker, filter: string, options: SubscriptionOptions): number
  /** A message is about to be sent to a client or queued for it. Returns whether it may be. */
  deliver?(clientId: string, message: Message): boolean
  /** A message that was queued for a client is about to be sent to it for the first time. Returns whether it may be. */
  dequeue?(clientId: string, message: Message): boolean
  /** `clientId` null: nobody is subscribed. */
  drop?(cause: DropCause, message: Message, clientId: string | null): void
}
