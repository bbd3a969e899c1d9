import type { KeptPacket } from './ring'

/** LINKTYPE_WIRESHARK_UPPER_PDU: packets of one protocol without the lower layers, after a list of tags (exported_pdu.h of Wireshark). */
const UPPER_PDU = 252
/** LINKTYPE_RAW: IP packets. */
const RAW_IP = 101
const TAG_DISSECTOR = 12
const TAG_IPV4_SOURCE = 20
const TAG_IPV4_DESTINATION = 21
const TAG_PORT_TYPE = 24
const TAG_SOURCE_PORT = 25
const TAG_DESTINATION_PORT = 26
const PORT_TYPE_TCP = 2

/** Placeholder addresses for the client and the broker (RFC 5737): not every kind of connection knows its real ones. */
const CLIENT = [192, 0, 2, 1]
const BROKER = [192, 0, 2, 2]
const BROKER_PORT = 1_883
const GATEWAY_PORT = 1_884
/** Each network connection has its own client port, so that Wireshark tells them apart. */
const FIRST_CLIENT_PORT = 49_152

/** What stands before the bytes of a packet, and the link type that says so. */
interface Layers {
  linkType: number
  before: (packet: KeptPacket) => Buffer
}

export const MQTT_OVER_TCP: Layers = { linkType: UPPER_PDU, before: exportedPdu }
/** Wireshark reads it as MQTT-SN once it is told to (Decode As: UDP port 1884). */
export const MQTT_SN_OVER_UDP: Layers = { linkType: RAW_IP, before: ipAndUdp }

/**
 * Writes packets as a pcapng file (draft-ietf-opsawg-pcapng) that Wireshark reads as MQTT. A packet that is cut off keeps its original
 * length. `comment` goes into the file's header.
 */
export function pcapng(
  packets: readonly KeptPacket[],
  comment: string,
  { linkType, before }: Layers = MQTT_OVER_TCP
): Buffer {
  const blocks = packets.map((packet) => enhancedPacket(packet, before(packet)))
  return Buffer.concat([sectionHeader(comment), interfaceDescription(linkType), ...blocks])
}

function sectionHeader(comment: string): Buffer {
  const magic = Buffer.alloc(16)
  magic.writeUInt32LE(0x1a2b3c4d, 0)
  magic.writeUInt16LE(1, 4)
  // -1: the section's length is not specified.
  magic.writeBigInt64LE(-1n, 8)
  return block(0x0a0d0d0a, [magic, option(1, Buffer.from(comment)), option(4, Buffer.from('Treetop')), END])
}

function interfaceDescription(linkType: number): Buffer {
  const body = Buffer.alloc(8)
  body.writeUInt16LE(linkType, 0)
  // Times are in µs: 10^-6 s.
  return block(1, [body, option(9, Buffer.from([6])), END])
}

function exportedPdu({ direction, connection }: KeptPacket): Buffer {
  const out = direction === 'out'
  const clientPort = clientPortOf(connection)
  return Buffer.concat([
    tag(TAG_DISSECTOR, padded(Buffer.from('mqtt'))),
    tag(TAG_IPV4_SOURCE, Buffer.from(out ? CLIENT : BROKER)),
    tag(TAG_IPV4_DESTINATION, Buffer.from(out ? BROKER : CLIENT)),
    tag(TAG_PORT_TYPE, uint32(PORT_TYPE_TCP)),
    tag(TAG_SOURCE_PORT, uint32(out ? clientPort : BROKER_PORT)),
    tag(TAG_DESTINATION_PORT, uint32(out ? BROKER_PORT : clientPort)),
    tag(0, Buffer.alloc(0))
  ])
}

/** Headers of IPv4 (RFC 791) and UDP (RFC 768), the latter without a checksum. */
function ipAndUdp({ direction, connection, size }: KeptPacket): Buffer {
  const out = direction === 'out'
  const bytes = Buffer.alloc(28)
  bytes.set([0x45, 0])
  bytes.writeUInt16BE(28 + size, 2)
  // TTL and protocol.
  bytes.set([64, 17], 8)
  bytes.set(out ? CLIENT : BROKER, 12)
  bytes.set(out ? BROKER : CLIENT, 16)
  bytes.writeUInt16BE(headerChecksum(bytes.subarray(0, 20)), 10)
  bytes.writeUInt16BE(out ? clientPortOf(connection) : GATEWAY_PORT, 20)
  bytes.writeUInt16BE(out ? GATEWAY_PORT : clientPortOf(connection), 22)
  bytes.writeUInt16BE(8 + size, 24)
  return bytes
}

function headerChecksum(header: Buffer): number {
  let sum = 0
  for (let at = 0; at < header.length; at += 2) sum += header.readUInt16BE(at)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16)
  return ~sum & 0xffff
}

function clientPortOf(connection: number): number {
  return FIRST_CLIENT_PORT + (connection % 16_384)
}

function enhancedPacket({ at, direction, size, bytes }: KeptPacket, layers: Buffer): Buffer {
  const head = Buffer.alloc(20)
  const time = BigInt(at)
  head.writeUInt32LE(Number(time >> 32n), 4)
  head.writeUInt32LE(Number(time & 0xffffffffn), 8)
  head.writeUInt32LE(layers.length + bytes.length, 12)
  head.writeUInt32LE(layers.length + size, 16)
  // epb_flags: 1 inbound, 2 outbound.
  const flags = Buffer.alloc(4)
  flags.writeUInt32LE(direction === 'out' ? 2 : 1)
  return block(6, [head, padded(Buffer.concat([layers, bytes])), option(2, flags), END])
}

const END = Buffer.alloc(4)

function block(type: number, parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  const length = uint32LE(body.length + 12)
  return Buffer.concat([uint32LE(type), length, body, length])
}

function option(code: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt16LE(code, 0)
  head.writeUInt16LE(value.length, 2)
  return Buffer.concat([head, padded(value)])
}

/** Tags of exported PDUs are big endian. */
function tag(code: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt16BE(code, 0)
  head.writeUInt16BE(value.length, 2)
  return Buffer.concat([head, value])
}

function padded(bytes: Buffer): Buffer {
  const missing = (4 - (bytes.length % 4)) % 4
  return missing === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(missing)])
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

function uint32LE(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
