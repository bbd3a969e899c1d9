import type { ListenerKind } from '../../../shared/contract/broker'
import type { FaultKind } from '../../../shared/contract/faults'
import type { Connect, SubscriptionOptions } from '../codec/packet'
import type { Message } from '../codec/message'
import type { Refusal } from '../codec/refusal'

/** Why a message did not reach a subscriber. */
export type DropCause = 'nobody subscribed' | 'expired' | 'queue full' | 'too large' | 'refused'

/** A datagram of MQTT-SN that came or is about to leave. */
export interface Datagram {
  direction: 'in' | 'out'
  /** `address:port` of the client, and behind a forwarder `/` and the node's address in hex; `multicast`: of nobody in particular. */
  address: string
  /** Empty: not known. */
  clientId: string
  /** Do not change them. */
  bytes: Buffer
}

/** A client at the moment of a decision. */
export interface Asker {
  clientId: string
  username: string | null
  /** `address:port` of the client; empty: not over a network. */
  address: string
  /** Where it came in; absent: not known. */
  listener?: ListenerPlace
  /** Treetop's own connection. */
  isObserver?: boolean
}

/** A listener, as its clients' connections know it. */
export interface ListenerPlace {
  kind: ListenerKind | 'pipe'
  /** 0 for a pipe. */
  port: number
}

/** Why a connection ended. */
export type CloseCause =
  /** The client's DISCONNECT, with its reason code. */
  | { by: 'client'; reasonCode: number }
  /** The client is gone without a DISCONNECT. */
  | { by: 'network' }
  /** The broker ended it. `other`: the client that took over the session. */
  | { by: 'broker'; reasonCode: number; reason: string; other: Asker | null }

/** What a CONNECT found: no session, its session, or one that it discarded with Clean Start. */
export type SessionStart = 'new' | 'resumed' | 'cleaned'

/** A connection whose packets can be seen. */
export interface Watchable extends Asker {
  /** Returns a function that ends it. */
  watch(tap: Tap): () => void
}

/** Sees the packets of one connection, each whole. The bytes are valid during the call only. */
export interface Tap {
  received(packet: Uint8Array): void
  /** Called a second time for a long payload. */
  sent(bytes: Uint8Array): void
}

/** A client whose CONNECT is being decided on. */
export interface Applicant extends Asker {
  /** It has gone, so that the decision no longer matters. */
  readonly closed: boolean
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
  /** A CONNECT came, which may be refused. Who watches the connection from now on sees this packet, too. */
  arrived?(connection: Watchable, connect: Connect): void
  /** A client has its CONNACK. `keepAlive` in seconds is what the broker granted. */
  connected?(asker: Asker, connect: Connect, keepAlive: number, session: SessionStart): void
  /** A connection ended. `isAccepted` false: it had no CONNACK that accepts it. */
  closed?(asker: Asker, cause: CloseCause, isAccepted: boolean): void
  /** A session ended because its client stayed away for too long. */
  expired?(clientId: string): void
  /** A message that was queued for a client is about to be sent to it for the first time. Returns whether it may be. */
  dequeue?(clientId: string, message: Message): boolean
  /** Whether a message for a client is dropped because the queue of its session counts as full. */
  full?(asker: Asker, message: Message): boolean
  /** A fault did something to a packet. `packet` null: to a message or a request, whose packet has been reported before. */
  fault?(id: string, asker: Asker, packet: Uint8Array | null, effect: FaultEffect): void
  /** Whether a message that another client published counts as a client's own, for its subscriptions with No Local. */
  own?(clientId: string, message: Message): boolean
  /** `clientId` null: nobody is subscribed. */
  drop?(cause: DropCause, message: Message, clientId: string | null): void
  /** A datagram passes the MQTT-SN gateway, malformed ones too. */
  datagram?(datagram: Datagram): void
}
