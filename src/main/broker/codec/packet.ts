import type { MqttVersion } from '../../../shared/contract/profiles'
import type { Qos } from '../../../shared/message'
import type { Message } from './message'

/** Packet types, in the high four bits of the first byte (MQTT 5.0, table 2-1). */
export const TYPE = {
  CONNECT: 1,
  CONNACK: 2,
  PUBLISH: 3,
  PUBACK: 4,
  PUBREC: 5,
  PUBREL: 6,
  PUBCOMP: 7,
  SUBSCRIBE: 8,
  SUBACK: 9,
  UNSUBSCRIBE: 10,
  UNSUBACK: 11,
  PINGREQ: 12,
  PINGRESP: 13,
  DISCONNECT: 14,
  AUTH: 15
} as const

export interface Connect {
  type: typeof TYPE.CONNECT
  version: MqttVersion
  clientId: string
  /** Clean Session before MQTT 5. */
  cleanStart: boolean
  /** Seconds; 0: off. */
  keepAlive: number
  username: string | null
  password: Buffer | null
  will: Will | null
  /** Seconds; 0: the session ends with the connection; 0xffffffff: never. Before MQTT 5 it follows from Clean Session. */
  sessionExpiry: number
  receiveMaximum: number
  maximumPacketSize: number
  topicAliasMaximum: number
  requestProblemInformation: boolean
  requestResponseInformation: boolean
  userProperties: [name: string, value: string][]
  authenticationMethod: string | null
  authenticationData: Buffer | null
}

export interface Will {
  message: Message
  /** Seconds. */
  delay: number
}

export interface Publish {
  type: typeof TYPE.PUBLISH
  /** With its topic, also if a Topic Alias stood for it. */
  message: Message
  dup: boolean
  /** 0 at QoS 0. */
  packetId: number
}

export interface Acknowledgement {
  type: typeof TYPE.PUBACK | typeof TYPE.PUBREC | typeof TYPE.PUBREL | typeof TYPE.PUBCOMP
  packetId: number
  reasonCode: number
}

/** Subscription options (MQTT 5.0, 3.8.3.1). */
export interface SubscriptionOptions {
  qos: Qos
  noLocal: boolean
  retainAsPublished: boolean
  /** 0: send retained messages; 1: only if the subscription is new; 2: never. */
  retainHandling: 0 | 1 | 2
  /** Subscription Identifier; 0: none. */
  identifier: number
}

export interface Subscribe {
  type: typeof TYPE.SUBSCRIBE
  packetId: number
  subscriptions: { filter: string; options: SubscriptionOptions }[]
}

export interface Unsubscribe {
  type: typeof TYPE.UNSUBSCRIBE
  packetId: number
  filters: string[]
}

export interface Pingreq {
  type: typeof TYPE.PINGREQ
}

export interface Disconnect {
  type: typeof TYPE.DISCONNECT
  reasonCode: number
  /** null: as in the CONNECT. */
  sessionExpiry: number | null
}

export interface Auth {
  type: typeof TYPE.AUTH
  reasonCode: number
  method: string | null
  data: Buffer | null
}

/** A packet that a client may send. */
export type Packet =
  Connect | Publish | Acknowledgement | Subscribe | Unsubscribe | Pingreq | Disconnect | Auth
