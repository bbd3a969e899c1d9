import type { MqttVersion } from '../../../shared/contract/profiles'
import { TYPE, type Acknowledgement } from './packet'
import { kindOf, PROPERTY } from './properties'
import { varintLength, Writer } from './writer'

/** A property to send: its identifier, and a value whose type follows from the identifier. */
type Property = [id: number, value: number | string | Buffer]

export const PINGRESP = Buffer.of(TYPE.PINGRESP << 4, 0)

/** What the broker tells in its CONNACK (MQTT 5.0, 3.2.2.3). */
export interface ConnackOptions {
  sessionPresent: boolean
  reasonCode: number
  properties?: Property[]
}

export function connack(
  version: MqttVersion,
  { sessionPresent, reasonCode, properties = [] }: ConnackOptions
): Buffer {
  const flags = sessionPresent ? 1 : 0
  if (version === 5) return packet(TYPE.CONNACK << 4, [flags, reasonCode], properties)
  return packet(TYPE.CONNACK << 4, [flags, returnCodes[reasonCode] ?? 3], null)
}

/** Return codes of CONNACK before MQTT 5 for reason codes (MQTT 3.1.1, table 3.1); for others it is 3, Server unavailable. */
const returnCodes: Record<number, number> = { 0x00: 0, 0x84: 1, 0x85: 2, 0x86: 4, 0x8c: 4, 0x87: 5, 0x8a: 5 }

/** PUBACK, PUBREC, PUBREL or PUBCOMP. Before MQTT 5 it carries no code. */
export function acknowledgement(
  version: MqttVersion,
  { type, packetId, reasonCode }: Acknowledgement,
  reason = ''
): Buffer {
  const first = (type << 4) | (type === TYPE.PUBREL ? 2 : 0)
  const id = [packetId >> 8, packetId & 0xff]
  if (version !== 5 || reasonCode === 0) return packet(first, id, null)
  return packet(first, [...id, reasonCode], reason === '' ? null : [[PROPERTY.REASON_STRING, reason]])
}

export function suback(version: MqttVersion, packetId: number, codes: number[], reason = ''): Buffer {
  return listOfCodes(TYPE.SUBACK, version, packetId, codes, reason)
}

/** Before MQTT 5 an UNSUBACK carries no codes. */
export function unsuback(version: MqttVersion, packetId: number, codes: number[]): Buffer {
  return listOfCodes(TYPE.UNSUBACK, version, packetId, version === 5 ? codes : [])
}

function listOfCodes(
  type: number,
  version: MqttVersion,
  packetId: number,
  codes: number[],
  reason = ''
): Buffer {
  const id = [packetId >> 8, packetId & 0xff]
  const properties: Property[] = reason === '' ? [] : [[PROPERTY.REASON_STRING, reason]]
  return packet(type << 4, id, version === 5 ? properties : null, codes)
}

/** Only MQTT 5 has a DISCONNECT from a server. */
export function disconnect(reasonCode: number, properties: Property[] = []): Buffer {
  return packet(TYPE.DISCONNECT << 4, [reasonCode], properties)
}

export function auth(reasonCode: number, method: string, data: Buffer | null): Buffer {
  const properties: Property[] = [[PROPERTY.AUTHENTICATION_METHOD, method]]
  if (data) properties.push([PROPERTY.AUTHENTICATION_DATA, data])
  return packet(TYPE.AUTH << 4, [reasonCode], properties)
}

/** `properties` null: the packet has none, not even their length. */
function packet(first: number, head: number[], properties: Property[] | null, tail: number[] = []): Buffer {
  const body = properties === null ? 0 : properties.reduce((sum, each) => sum + propertyLength(each), 0)
  const length = head.length + (properties === null ? 0 : varintLength(body) + body) + tail.length
  const writer = new Writer(Buffer.allocUnsafe(1 + varintLength(length) + length))
  writer.u8(first)
  writer.varint(length)
  writer.put(Uint8Array.from(head))
  if (properties !== null) {
    writer.varint(body)
    for (const each of properties) writeProperty(writer, each)
  }
  writer.put(Uint8Array.from(tail))
  return writer.bytes
}

function propertyLength([id, value]: Property): number {
  if (typeof value === 'string') return 3 + Buffer.byteLength(value)
  if (typeof value !== 'number') return 3 + value.length
  return kindOf(id) === 'u32' ? 5 : 3
}

function writeProperty(writer: Writer, [id, value]: Property): void {
  writer.u8(id)
  if (typeof value === 'string') writer.text(value)
  else if (typeof value !== 'number') {
    writer.u16(value.length)
    writer.put(value)
  } else if (kindOf(id) === 'u32') writer.u32(value)
  else writer.u16(value)
}
