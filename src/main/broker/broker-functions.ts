import type { BrokerClient } from '../../shared/contract/broker'
import type { Traffic } from './broker'
import type { Place } from './listeners/open'

/** Calls from the main thread to the broker's worker. */
export interface BrokerCalls {
  /** Throws PORT_IN_USE, PORT_DENIED or ADDRESS_UNAVAILABLE. */
  start(place: Place): Promise<void>
  stop(input: null): Promise<void>
  clients(input: null): BrokerClient[]
  kick(clientId: string): Promise<void>
}

/** Notifications from the worker to the main thread, once a second. */
export interface BrokerNews {
  traffic(traffic: Traffic): void
}
