import type { Qos } from '../../../../shared/message'

/** Message types (MQTT-SN 1.2, 5.2.2). */
export const SN = {
  ADVERTISE: 0x00,
  SEARCHGW: 0x01,
  GWINFO: 0x02,
  CONNECT: 0x04,
  CONNACK: 0x05,
  WILLTOPICREQ: 0x06,
  WILLTOPIC: 0x07,
  WILLMSGREQ: 0x08,
  WILLMSG: 0x09,
  REGISTER: 0x0a,
  REGACK: 0x0b,
  PUBLISH: 0x0c,
  PUBACK: 0x0d,
  PUBCOMP: 0x0e,
  PUBREC: 0x0f,
  PUBREL: 0x10,
  SUBSCRIBE: 0x12,
  SUBACK: 0x13,
  UNSUBSCRIBE: 0x14,
  UNSUBACK: 0x15,
  PINGREQ: 0x16,
  PINGRESP: 0x17,
  DISCONNECT: 0x18,
  WILLTOPICUPD: 0x1a,
  WILLTOPICRESP: 0x1b,
  WILLMSGUPD: 0x1c,
  WILLMSGRESP: 0x1d,
  FORWARDED: 0xfe
} as const

/** Return codes (5.3.10). */
export const RETURN_CODE = {
  ACCEPTED: 0x00,
  CONGESTION: 0x01,
  INVALID_TOPIC_ID: 0x02,
  NOT_SUPPORTED: 0x03
} as const

/** ProtocolId of MQTT-SN 1.2 (5.3.8), and the version of 2.0 in the same place. */
export const PROTOCOL_1_2 = 0x01
export const PROTOCOL_2_0 = 0x02

/** QoS -1, for a PUBLISH without a connection (6.8). */
export const WITHOUT_CONNECTION = -1
export type SnQos = Qos | typeof WITHOUT_CONNECTION

/** What a PUBLISH names its topic by (5.3.4, TopicIdType): a registered or predefined id, or a short name of two bytes. */
export type SnTopic = { kind: 'normal' | 'predefined'; id: number } | { kind: 'short'; name: string }

/** What a SUBSCRIBE or UNSUBSCRIBE names its filter by. A short name of two bytes and a name differ on the wire only. */
export type SnFilter = { kind: 'name' | 'short'; name: string } | { kind: 'predefined'; id: number }

interface Will {
  qos: Qos
  retain: boolean
  topic: string
}

interface Acknowledged<Type extends number> {
  type: Type
  messageId: number
}

interface Answered<Type extends number> {
  type: Type
  returnCode: number
}

/** REGACK and PUBACK. */
interface TopicAnswered<Type extends number> extends Answered<Type> {
  topicId: number
  messageId: number
}

export interface SnConnect {
  type: typeof SN.CONNECT
  will: boolean
  cleanSession: boolean
  protocolId: number
  /** Keep alive in seconds. */
  duration: number
  clientId: string
}

export interface SnRegister {
  type: typeof SN.REGISTER
  /** 0 from a client. */
  topicId: number
  messageId: number
  topic: string
}

export interface SnPublish {
  type: typeof SN.PUBLISH
  dup: boolean
  qos: SnQos
  retain: boolean
  topic: SnTopic
  /** 0 at QoS 0 and -1. */
  messageId: number
  payload: Buffer
}

export interface SnSubscribe {
  type: typeof SN.SUBSCRIBE
  dup: boolean
  qos: Qos
  messageId: number
  filter: SnFilter
}

export interface SnUnsubscribe {
  type: typeof SN.UNSUBSCRIBE
  messageId: number
  filter: SnFilter
}

export interface SnDisconnect {
  type: typeof SN.DISCONNECT
  /** Seconds that the client is going to sleep; null: it leaves (5.4.21). */
  duration: number | null
}

/** `will` null: there is to be none (5.4.7, 5.4.22). */
export interface SnWillTopic {
  type: typeof SN.WILLTOPIC | typeof SN.WILLTOPICUPD
  will: Will | null
}

export interface SnWillMessage {
  type: typeof SN.WILLMSG | typeof SN.WILLMSGUPD
  payload: Buffer
}

/** Every message of MQTT-SN 1.2 (5.4). */
export type SnPacket =
  | { type: typeof SN.ADVERTISE; gatewayId: number; duration: number }
  | { type: typeof SN.SEARCHGW; radius: number }
  /** `address` is empty in a gateway's own (5.4.3). */
  | { type: typeof SN.GWINFO; gatewayId: number; address: Buffer }
  | SnConnect
  | Answered<typeof SN.CONNACK>
  | { type: typeof SN.WILLTOPICREQ }
  | SnWillTopic
  | { type: typeof SN.WILLMSGREQ }
  | SnWillMessage
  | SnRegister
  | TopicAnswered<typeof SN.REGACK>
  | SnPublish
  | TopicAnswered<typeof SN.PUBACK>
  | Acknowledged<typeof SN.PUBREC | typeof SN.PUBREL | typeof SN.PUBCOMP | typeof SN.UNSUBACK>
  | SnSubscribe
  | (TopicAnswered<typeof SN.SUBACK> & { qos: Qos })
  | SnUnsubscribe
  /** `clientId` empty: the client does not sleep (5.4.19). */
  | { type: typeof SN.PINGREQ; clientId: string }
  | { type: typeof SN.PINGRESP }
  | SnDisconnect
  | Answered<typeof SN.WILLTOPICRESP | typeof SN.WILLMSGRESP>

/** What a forwarder puts before a message (5.5). */
export interface Envelope {
  /** How far the message is broadcast: 0 to 3. */
  radius: number
  /** The wireless node that it came from or goes to. */
  node: Buffer
}

/** A datagram: a message, perhaps from behind a forwarder. */
export interface SnDatagram {
  envelope: Envelope | null
  packet: SnPacket
}
