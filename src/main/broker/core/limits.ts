import { defaultBrokerLimits, type BrokerLimits } from '../../../shared/contract/broker'

/** What the broker allows, so that no client can take its memory. */
export interface Limits extends BrokerLimits {
  /** Unacknowledged QoS 1 and 2 messages at once, from a client (MQTT 5) and to a client. */
  receiveMaximum: number
  /** Topic Aliases that a client may use. */
  topicAliases: number
}

export const defaultLimits: Limits = { ...defaultBrokerLimits, receiveMaximum: 1_000, topicAliases: 10 }
