import type { FaultKind } from '../../../shared/contract/faults'
import type { Connect, SubscriptionOptions } from '../codec/packet'
import type { Message } from '../codec/message'
import type { Refusal } from '../codec/refusal'
import type { Connection } from './connection'
import type { Session } from './session'

/** Why a message did not reach a subscriber. */
export type DropCause = 'nobody subscribed' | 'expired' | 'queue full' | 'too large' | 'refused'

/** A client at the moment of a decision. */
export interface Asker {
  clientId: string
  username: string | null
  /** `address:port` of the client; empty: not over a network. */
  address: string
  /** Port of the listener that it came through; null: none. Unknown for a will. */
  listener?: number | null
  /** Treetop's own connection. */
  isObserver?: boolean
}

/** What a fault that a person has switched on did. */
export interface FaultEffect {
  kind: FaultKind
  /** From the client, or to it. */
  direction: 'in' | 'out'
  /** ms that the packet is late; null: it is not. */
  delay: number | null
  /** Of the message or subscription that it was about; null: it was not about one. */
  topic: string | null
}

/**
 * Where others see and steer the broker's decisions: access rules, faults, traces and counters. Without a hook a decision costs
 * nothing. A hook must not throw.
 */
export interface Hooks {
  /** There is a new connection, on which nothing has come yet. */
  opened?(connection: Connection): void
  /** A client asks to connect. Returns why not, or null. */
  connect?(asker: Asker, connect: Connect): Refusal | null
  /** A client publishes, or its will is. Returns a reason code; from 0x80 on it is refused. */
  publish?(asker: Asker, message: Message): number
  /** Returns the granted QoS, or a reason code from 0x80 on. */
  subscribe?(asker: Asker, filter: string, options: SubscriptionOptions): number
  /** A message is about to be sent to a client or queued for it. Returns whether it may be. */
  deliver?(clientId: string, message: Message): boolean
  /** Whether a message for a client is dropped because the queue of its session counts as full. */
  full?(session: Session, message: Message): boolean
  /** A fault did something to a packet. `packet` null: to a message or a request, whose packet has been reported before. */
  fault?(id: string, asker: Asker, packet: Uint8Array | null, effect: FaultEffect): void
  /** `clientId` null: nobody is subscribed. */
  drop?(cause: DropCause, message: Message, clientId: string | null): void
}
