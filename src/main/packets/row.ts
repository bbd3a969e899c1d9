import { PACKET_TYPES, type PacketRow, type PacketType } from '../../shared/contract/packets'
import type { MqttVersion } from '../../shared/contract/profiles'
import type { Qos } from '../../shared/message'
import { codeName, FIRST_FAILURE, type CodePacket } from '../../shared/mqtt-codes'
import { afterHeader, type Cursor } from './cursor'
import type { KeptPacket } from './ring'

/** Characters of a topic shown in a row at most. */
const MAX_SUBJECT = 300

/** The packet type in the first byte; null if invalid (MQTT 5.0, 2.1.2). */
export function typeOf(firstByte: number): PacketType | null {
  return PACKET_TYPES[(firstByte >> 4) - 1] ?? null
}

/**
 * Summarizes a packet as a row.
 *
 * @param aliased finds the topic of a PUBLISH that has a topic alias alone
 */
export function summaryOf(
  packet: KeptPacket,
  version: MqttVersion,
  aliased: (packet: KeptPacket) => string | null = () => null
): PacketRow {
  const { number, at, direction, size, bytes } = packet
  const type = typeOf(bytes[0] ?? 0) ?? 'CONNECT'
  const { packetId, code, subject: written } = rowFieldsOf(type, bytes, version)
  const subject = type === 'PUBLISH' && written === '' ? aliased(packet) : written
  const name = code === null ? null : codeName(type as CodePacket, version, code)
  return {
    number,
    at,
    direction,
    type,
    packetId,
    flags: type === 'PUBLISH' ? flagsOf(bytes[0]!) : null,
    code,
    codeName: name,
    failed: code !== null && (type === 'CONNACK' ? code > 0 : code >= FIRST_FAILURE),
    subject:
      subject === null || subject.length <= MAX_SUBJECT ? subject : `${subject.slice(0, MAX_SUBJECT)}…`,
    size
  }
}

interface Fields {
  packetId: number | null
  code: number | null
  subject: string | null
}

function rowFieldsOf(type: PacketType, bytes: Uint8Array, version: MqttVersion): Fields {
  const cursor = afterHeader(bytes)
  const none: Fields = { packetId: null, code: null, subject: null }
  switch (type) {
    case 'CONNECT': {
      cursor.binary()
      cursor.at += 4
      if (version === 5) cursor.skipProperties()
      return { ...none, subject: cursor.text() }
    }
    case 'CONNACK':
      cursor.byte()
      return { ...none, code: cursor.byte() }
    case 'PUBLISH': {
      const subject = cursor.text()
      return { ...none, subject, packetId: flagsOf(bytes[0]!).qos > 0 ? cursor.word() : null }
    }
    case 'PUBACK':
    case 'PUBREC':
    case 'PUBREL':
    case 'PUBCOMP':
      // A missing reason code means Success (MQTT 5.0, 3.4.2.1).
      return { ...none, packetId: cursor.word(), code: version === 5 ? codeOr0(cursor) : null }
    case 'SUBSCRIBE':
    case 'UNSUBSCRIBE': {
      const packetId = cursor.word()
      if (version === 5) cursor.skipProperties()
      return { ...none, packetId, subject: cursor.text() }
    }
    case 'SUBACK':
    case 'UNSUBACK': {
      const packetId = cursor.word()
      if (version === 5) cursor.skipProperties()
      return { ...none, packetId, code: cursor.at < bytes.length ? worst(bytes.subarray(cursor.at)) : null }
    }
    case 'DISCONNECT':
    case 'AUTH':
      return { ...none, code: version === 5 ? codeOr0(cursor) : null }
    case 'PINGREQ':
    case 'PINGRESP':
      return none
  }
}

function codeOr0(cursor: Cursor): number {
  return cursor.at < cursor.bytes.length ? cursor.byte() : 0
}

/** The first failure among several codes, or else the first code. */
function worst(codes: Uint8Array): number {
  return codes.find((code) => code >= FIRST_FAILURE) ?? codes[0]!
}

function flagsOf(firstByte: number): { qos: Qos; dup: boolean; retain: boolean } {
  return {
    qos: Math.min((firstByte >> 1) & 3, 2) as Qos,
    dup: (firstByte & 8) !== 0,
    retain: (firstByte & 1) !== 0
  }
}
