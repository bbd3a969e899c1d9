import type { Qos } from '../../../../shared/message'
import { malformed, Refusal } from '../../codec/refusal'
import { checkText, topicName } from '../../codec/text'
import { FLAG, TOPIC_KIND } from './encode'
import {
  PROTOCOL_2_0,
  SN,
  WITHOUT_CONNECTION,
  type Envelope,
  type SnDatagram,
  type SnFilter,
  type SnPacket,
  type SnPublish,
  type SnQos,
  type SnSubscribe,
  type SnTopic,
  type SnUnsubscribe,
  type SnWillTopic
} from './packet'

/** Why a datagram is dropped. `isVersion2`: it is a CONNECT of MQTT-SN 2.0, whose message types differ. */
export interface SnFault {
  fault: string
  isVersion2: boolean
}

/** Shortest CONNECT of MQTT-SN 2.0, which has the type of SEARCHGW, and its flag that Will Flags follow (2.0, 3.1.2). */
const SHORTEST_CONNECT_2_0 = 10
const WILL_FLAG_2_0 = 0x02

/** Reads a datagram (MQTT-SN 1.2, 5). Never throws. Text and payloads are views of `bytes` or made from them. */
export function decode(bytes: Buffer): SnDatagram | SnFault {
  try {
    const { envelope, start } = envelopeOf(bytes)
    return { envelope, packet: packetOf(bytes.subarray(start)) }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { fault: error.message, isVersion2: isConnectOfVersion2(bytes) }
  }
}

/** Forwarder encapsulation: its length ends before the message (5.5). */
function envelopeOf(bytes: Buffer): { envelope: Envelope | null; start: number } {
  if (bytes[1] !== SN.FORWARDED || bytes[0] === 1) return { envelope: null, start: 0 }
  const start = bytes[0]!
  if (start < 3 || start > bytes.length) throw malformed('An encapsulation is cut off (5.5).')
  return { envelope: { radius: bytes[2]! & 3, node: Buffer.from(bytes.subarray(3, start)) }, start }
}

/** The length is one byte, or 0x01 and two bytes (5.2.1). A datagram is one message. */
function packetOf(bytes: Buffer): SnPacket {
  if (bytes.length < 2) throw malformed('A datagram without a whole header (5.2).')
  const isLong = bytes[0] === 1
  if (isLong && bytes.length < 4) throw malformed('A length of three bytes is cut off (5.2.1).')
  const length = isLong ? bytes.readUInt16BE(1) : bytes[0]!
  if (length !== bytes.length)
    throw malformed(`A message says that it has ${length} bytes, the datagram has ${bytes.length} (5.2.1).`)
  const at = isLong ? 3 : 1
  return bodyOf(bytes[at]!, bytes.subarray(at + 1))
}

function bodyOf(type: number, body: Buffer): SnPacket {
  switch (type) {
    case SN.ADVERTISE:
      exactly(body, 3)
      return { type, gatewayId: body[0]!, duration: body.readUInt16BE(1) }
    case SN.SEARCHGW:
      exactly(body, 1)
      return { type, radius: body[0]! }
    case SN.GWINFO:
      atLeast(body, 1)
      return { type, gatewayId: body[0]!, address: body.subarray(1) }
    case SN.CONNECT: {
      atLeast(body, 4)
      const flags = body[0]!
      return {
        type,
        will: (flags & FLAG.WILL) !== 0,
        cleanSession: (flags & FLAG.CLEAN) !== 0,
        protocolId: body[1]!,
        duration: body.readUInt16BE(2),
        clientId: text(body.subarray(4))
      }
    }
    case SN.CONNACK:
    case SN.WILLTOPICRESP:
    case SN.WILLMSGRESP:
      exactly(body, 1)
      return { type, returnCode: body[0]! }
    case SN.WILLTOPIC:
    case SN.WILLTOPICUPD:
      return willTopic(type, body)
    case SN.WILLMSG:
    case SN.WILLMSGUPD:
      return { type, payload: body }
    case SN.REGISTER:
      atLeast(body, 5)
      return {
        type,
        topicId: body.readUInt16BE(0),
        messageId: body.readUInt16BE(2),
        topic: topicName(body, 4, body.length)
      }
    case SN.REGACK:
    case SN.PUBACK:
      exactly(body, 5)
      return {
        type,
        topicId: body.readUInt16BE(0),
        messageId: body.readUInt16BE(2),
        returnCode: body[4]!
      }
    case SN.PUBLISH:
      return publish(body)
    case SN.PUBREC:
    case SN.PUBREL:
    case SN.PUBCOMP:
    case SN.UNSUBACK:
      exactly(body, 2)
      return { type, messageId: body.readUInt16BE(0) }
    case SN.SUBSCRIBE:
    case SN.UNSUBSCRIBE:
      return subscription(type, body)
    case SN.SUBACK:
      exactly(body, 6)
      return {
        type,
        qos: qosOf(body[0]!),
        topicId: body.readUInt16BE(1),
        messageId: body.readUInt16BE(3),
        returnCode: body[5]!
      }
    case SN.PINGREQ:
      return { type, clientId: text(body) }
    case SN.DISCONNECT:
      if (body.length === 0) return { type, duration: null }
      exactly(body, 2)
      return { type, duration: body.readUInt16BE(0) }
    case SN.WILLTOPICREQ:
    case SN.WILLMSGREQ:
    case SN.PINGRESP:
      exactly(body, 0)
      return { type }
    default:
      throw malformed(`Message type 0x${type.toString(16).padStart(2, '0')} is reserved (5.2.2).`)
  }
}

/** Without flags and topic, it removes the will (5.4.7, 5.4.22). */
function willTopic(type: SnWillTopic['type'], body: Buffer): SnWillTopic {
  if (body.length === 0) return { type, will: null }
  const flags = body[0]!
  return {
    type,
    will: {
      qos: qosOf(flags),
      retain: (flags & FLAG.RETAIN) !== 0,
      topic: topicName(nonEmpty(body, 1), 1, body.length)
    }
  }
}

function publish(body: Buffer): SnPublish {
  atLeast(body, 5)
  const flags = body[0]!
  const level = (flags & FLAG.QOS) >> 5
  const qos = level === 3 ? WITHOUT_CONNECTION : (level as SnQos)
  const messageId = body.readUInt16BE(3)
  if (qos > 0 && messageId === 0) throw malformed('A QoS 1 or 2 PUBLISH without a message id (5.4.12).')
  return {
    type: SN.PUBLISH,
    dup: (flags & FLAG.DUP) !== 0,
    qos,
    retain: (flags & FLAG.RETAIN) !== 0,
    topic: topicOf(flags, body.subarray(1, 3)),
    messageId,
    payload: body.subarray(5)
  }
}

function topicOf(flags: number, bytes: Buffer): SnTopic {
  const kind = flags & FLAG.TOPIC_KIND
  if (kind === TOPIC_KIND.SHORT) return { kind: 'short', name: topicName(bytes, 0, 2) }
  return { kind: kind === TOPIC_KIND.NORMAL ? 'normal' : predefined(kind), id: bytes.readUInt16BE(0) }
}

function subscription(type: SnSubscribe['type'] | SnUnsubscribe['type'], body: Buffer): SnPacket {
  atLeast(body, 4)
  const flags = body[0]!
  const messageId = body.readUInt16BE(1)
  if (messageId === 0) throw malformed('A SUBSCRIBE or UNSUBSCRIBE without a message id (5.4.15).')
  const filter = filterOf(flags, body.subarray(3))
  if (type === SN.UNSUBSCRIBE) return { type, messageId, filter }
  return { type, dup: (flags & FLAG.DUP) !== 0, qos: qosOf(flags), messageId, filter }
}

function filterOf(flags: number, bytes: Buffer): SnFilter {
  const kind = flags & FLAG.TOPIC_KIND
  if (kind === TOPIC_KIND.NORMAL) return { kind: 'name', name: text(bytes) }
  exactly(bytes, 2)
  if (kind === TOPIC_KIND.SHORT) return { kind: 'short', name: text(bytes) }
  return { kind: predefined(kind), id: bytes.readUInt16BE(0) }
}

function predefined(kind: number): 'predefined' {
  if (kind !== TOPIC_KIND.PREDEFINED) throw malformed('TopicIdType 0b11 is reserved (5.3.4).')
  return 'predefined'
}

/** QoS -1 is for PUBLISH only (5.3.4). */
function qosOf(flags: number): Qos {
  const qos = (flags & FLAG.QOS) >> 5
  if (qos === 3) throw malformed('QoS -1 where there is a connection (5.3.4).')
  return qos as Qos
}

function text(bytes: Buffer): string {
  checkText(bytes, 0, bytes.length)
  return bytes.toString()
}

function nonEmpty(body: Buffer, from: number): Buffer {
  if (body.length <= from) throw malformed('A topic is empty.')
  return body
}

function exactly(body: Buffer, length: number): void {
  if (body.length !== length) throw malformed('A message is longer or shorter than its type allows (5.4).')
}

function atLeast(body: Buffer, length: number): void {
  if (body.length < length) throw malformed('A message is shorter than its type allows (5.4).')
}

/** CONNECT of MQTT-SN 2.0: length, type, flags, perhaps will flags, packet id, protocol version (2.0, 3.1). */
function isConnectOfVersion2(bytes: Buffer): boolean {
  if (bytes.length < SHORTEST_CONNECT_2_0 || bytes[0] !== bytes.length || bytes[1] !== SN.SEARCHGW)
    return false
  return bytes[(bytes[2]! & WILL_FLAG_2_0) === 0 ? 5 : 6] === PROTOCOL_2_0
}
