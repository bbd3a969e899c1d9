import type { CallsOf } from '../../shared/contract'
import type { StoredAccess } from '../../shared/contract/access'
import type { BrokerLimits } from '../../shared/contract/broker'
import type { ActiveFault } from '../../shared/contract/faults'
import type { OwnLogin } from './access/own-clients'
import type { BridgePeer } from './bridge-peers'
import type { Listener } from './listeners/listen'
import type { RetainedPage } from './retained-pages'
import type { SnListener } from './mqtt-sn/listen-sn'

export interface BrokerConfig {
  /** Where sessions and retained messages are kept; null: they are forgotten when the broker stops. */
  file: string | null
  /** Where the history of clients is kept. */
  events: string
  limits: BrokerLimits
  access: StoredAccess
  /** How clients that Treetop itself runs identify themselves; access rules do not apply to them. */
  ownLogin?: OwnLogin
  /** Identifies it among the brokers that bridges join: 8 hex digits. */
  id: string
  /** Path of a Unix socket or named pipe for Treetop's own connection. */
  pipe: string
}

/** Message counts since the broker started, and the number of clients. */
export interface Counts {
  received: number
  sent: number
  clients: number
}

/** What only the main thread asks of the broker's worker. */
export interface BrokerControl {
  /** Starts the broker for Treetop's own connection only. Throws BROKER_FILE_UNUSABLE. */
  start(config: BrokerConfig): Promise<void>
  /** Lets clients in: opens all listeners, or none. Throws PORT_IN_USE, PORT_DENIED or ADDRESS_UNAVAILABLE. */
  listen(listeners: (Listener | SnListener)[]): Promise<void>
  /** Uses another certificate in the TLS listeners. Throws CERTIFICATE_INVALID. */
  setCertificate(pair: { cert: string; key: string }): void
  /** Uses other access settings at once. */
  setAccess(access: StoredAccess): void
  /** Ids of the clients that these settings would disconnect. */
  leaving(access: StoredAccess): string[]
  /** The next retained messages for a reader, who names itself. */
  retainedPage(input: { reader: string }): RetainedPage
  /** The reader wants no more. */
  forgetRetainedPages(input: { reader: string }): void
  /** The bridges of this broker that are on. */
  setBridges(bridges: BridgePeer[]): void
  stop(input: null): Promise<void>
}

/** Everything that the broker's worker answers; without a running broker, BROKER_NOT_RUNNING. */
export type BrokerFunctions = BrokerControl & CallsOf<'broker'>

/** Notifications from the worker to the main thread. */
export interface BrokerNews {
  /** Once a second. */
  counts(counts: Counts): void
  /** Sessions and retained messages cannot be written any more, and are kept in memory. */
  storeFailed(message: string): void
  /** The faults that are on, when they change. */
  faults(faults: ActiveFault[]): void
}
