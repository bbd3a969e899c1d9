import type { BrokerService } from '../broker/broker-service'

/** What lessons need of the local broker. */
export type LearnBroker = Pick<BrokerService, 'status' | 'peer'>

/** Calls of the running broker. */
export type BrokerPeer = ReturnType<LearnBroker['peer']>
