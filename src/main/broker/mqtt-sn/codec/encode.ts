import { Writer } from '../../codec/writer'
import { SN, WITHOUT_CONNECTION, type Envelope, type SnFilter, type SnPacket, type SnTopic } from './packet'

/** Bits of the Flags field (MQTT-SN 1.2, 5.3.4). */
export const FLAG = { DUP: 0x80, QOS: 0x60, RETAIN: 0x10, WILL: 0x08, CLEAN: 0x04, TOPIC_KIND: 0x03 } as const
/** Values of TopicIdType. */
export const TOPIC_KIND = { NORMAL: 0, PREDEFINED: 1, SHORT: 2 } as const

/** Longest message with a length of one byte, and with one of three (5.2.1). */
const SHORT_LENGTH = 255
export const LONGEST_MESSAGE = 65_535

const NOTHING = Buffer.alloc(0)

/** The bytes of a message. Throws RangeError if it is longer than MQTT-SN can say. */
export function encode(packet: SnPacket): Buffer {
  switch (packet.type) {
    case SN.ADVERTISE:
      return message(packet.type, [packet.gatewayId, ...u16(packet.duration)])
    case SN.SEARCHGW:
      return message(packet.type, [packet.radius])
    case SN.GWINFO:
      return message(packet.type, [packet.gatewayId], packet.address)
    case SN.CONNECT: {
      const flags = (packet.will ? FLAG.WILL : 0) | (packet.cleanSession ? FLAG.CLEAN : 0)
      const head = [flags, packet.protocolId, ...u16(packet.duration)]
      return message(packet.type, head, Buffer.from(packet.clientId))
    }
    case SN.WILLTOPIC:
    case SN.WILLTOPICUPD: {
      if (packet.will === null) return message(packet.type, [])
      const { qos, retain, topic } = packet.will
      return message(packet.type, [flagsOf({ qos, retain })], Buffer.from(topic))
    }
    case SN.WILLMSG:
    case SN.WILLMSGUPD:
      return message(packet.type, [], packet.payload)
    case SN.REGISTER:
      return message(
        packet.type,
        [...u16(packet.topicId), ...u16(packet.messageId)],
        Buffer.from(packet.topic)
      )
    case SN.PUBLISH: {
      const head = [
        flagsOf(packet) | kindOf(packet.topic),
        ...u16(topicNumber(packet.topic)),
        ...u16(packet.messageId)
      ]
      return message(packet.type, head, packet.payload)
    }
    case SN.SUBSCRIBE:
    case SN.UNSUBSCRIBE: {
      const flags = (packet.type === SN.SUBSCRIBE ? flagsOf(packet) : 0) | kindOf(packet.filter)
      return message(packet.type, [flags, ...u16(packet.messageId)], filterOf(packet.filter))
    }
    case SN.SUBACK:
      return message(packet.type, [
        flagsOf(packet),
        ...u16(packet.topicId),
        ...u16(packet.messageId),
        packet.returnCode
      ])
    case SN.REGACK:
    case SN.PUBACK:
      return message(packet.type, [...u16(packet.topicId), ...u16(packet.messageId), packet.returnCode])
    case SN.PUBREC:
    case SN.PUBREL:
    case SN.PUBCOMP:
    case SN.UNSUBACK:
      return message(packet.type, u16(packet.messageId))
    case SN.CONNACK:
    case SN.WILLTOPICRESP:
    case SN.WILLMSGRESP:
      return message(packet.type, [packet.returnCode])
    case SN.PINGREQ:
      return message(packet.type, [], Buffer.from(packet.clientId))
    case SN.DISCONNECT:
      return message(packet.type, packet.duration === null ? [] : u16(packet.duration))
    case SN.WILLTOPICREQ:
    case SN.WILLMSGREQ:
    case SN.PINGRESP:
      return message(packet.type, [])
  }
}

/** A message on its way to a node behind a forwarder. The length is that of what stands before the message (5.5). */
export function enclosed({ radius, node }: Envelope, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.of(3 + node.length, SN.FORWARDED, radius), node, bytes])
}

/** What stands for a topic in PUBLISH and PUBACK: its id, or its two bytes as a number. */
export function topicNumber(topic: SnTopic): number {
  return topic.kind === 'short' ? Buffer.from(topic.name).readUInt16BE(0) : topic.id
}

function filterOf(filter: SnFilter): Buffer {
  return filter.kind === 'predefined' ? Buffer.from(u16(filter.id)) : Buffer.from(filter.name)
}

function kindOf({ kind }: SnTopic | SnFilter): number {
  if (kind === 'predefined') return TOPIC_KIND.PREDEFINED
  return kind === 'short' ? TOPIC_KIND.SHORT : TOPIC_KIND.NORMAL
}

function flagsOf({ dup, qos, retain }: { dup?: boolean; qos: number; retain?: boolean }): number {
  const level = qos === WITHOUT_CONNECTION ? 3 : qos
  return (dup ? FLAG.DUP : 0) | (level << 5) | (retain ? FLAG.RETAIN : 0)
}

function u16(value: number): [number, number] {
  return [value >> 8, value & 0xff]
}

function message(type: number, head: number[], tail: Buffer = NOTHING): Buffer {
  const short = 2 + head.length + tail.length
  const length = short > SHORT_LENGTH ? short + 2 : short
  if (length > LONGEST_MESSAGE) throw new RangeError(`A message of ${length} bytes`)
  const writer = new Writer(Buffer.allocUnsafe(length))
  if (length !== short) {
    writer.u8(1)
    writer.u16(length)
  } else writer.u8(length)
  writer.u8(type)
  writer.put(Uint8Array.from(head))
  writer.put(tail)
  return writer.bytes
}
