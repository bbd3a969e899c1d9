import { parser, type Packet } from 'mqtt-packet'
import type { PacketRow } from '../../shared/contract/packets'
import type { MqttVersion } from '../../shared/contract/profiles'
import type { KeptPacket } from './ring'
import { keepUserPropertyOrder, userPropertiesIn } from './user-property-order'

/** Payload bytes written out at most. */
const MAX_PAYLOAD = 1_024

/** The specification's names for fields that the parser names differently. Other fields keep their own names. */
const NAMES: Readonly<Record<string, string>> = {
  messageId: 'Packet Identifier',
  topic: 'Topic Name',
  payload: 'Payload',
  qos: 'QoS',
  retain: 'RETAIN',
  dup: 'DUP',
  reasonCode: 'Reason Code',
  returnCode: 'Return Code',
  sessionPresent: 'Session Present',
  protocolId: 'Protocol Name',
  protocolVersion: 'Protocol Version',
  bridgeMode: 'Bridge Mode',
  clean: 'Clean Start',
  keepalive: 'Keep Alive',
  clientId: 'Client Identifier',
  username: 'User Name',
  password: 'Password',
  will: 'Will',
  subscriptions: 'Subscription',
  unsubscriptions: 'Topic Filter',
  granted: 'Reason Code',
  length: 'Remaining Length',
  nl: 'No Local',
  rap: 'Retain As Published',
  rh: 'Retain Handling'
}

/** A packet's fields by name. If the packet is cut off or cannot be parsed, the fields of its row. */
export function fieldsOf(packet: KeptPacket, row: PacketRow, version: MqttVersion): [string, string][] {
  const parsed = packet.bytes.length === packet.size ? parse(packet.bytes, version) : null
  if (!parsed) return fieldsOfRow(row)
  const { cmd: _cmd, ...rest } = inOrder(parsed) as unknown as Record<string, unknown>
  // The parser sets these on every packet. They belong only to PUBLISH.
  if (row.type !== 'PUBLISH')
    for (const name of ['qos', 'dup', 'retain', 'topic', 'payload']) delete rest[name]
  return Object.entries(rest).flatMap(([name, value]) => written(titleOf(name, version), value))
}

/** The parser groups user properties by name. A CONNECT has those of its will as well. */
function inOrder(packet: Packet): Packet {
  const pairs = userPropertiesIn(packet)
  if (pairs.length === 0 || packet.cmd === 'connect') return packet
  const { properties } = packet as { properties?: object }
  const userProperties = pairs.map(({ name, value }) => ({ [name]: value }))
  return { ...packet, properties: { ...properties, userProperties } } as unknown as Packet
}

function parse(bytes: Uint8Array, version: MqttVersion): Packet | null {
  keepUserPropertyOrder()
  let found: Packet | null = null
  const reader = parser({ protocolVersion: version })
  reader.on('packet', (packet) => (found = packet))
  reader.on('error', () => (found = null))
  reader.parse(Buffer.from(bytes))
  return found
}

function fieldsOfRow({ packetId, flags, subject, code, codeName }: PacketRow): [string, string][] {
  return [
    ...(subject === null ? [] : [['Topic Name', subject] as [string, string]]),
    ...(packetId === null ? [] : [['Packet Identifier', String(packetId)] as [string, string]]),
    ...(flags === null ? [] : [['QoS', String(flags.qos)] as [string, string]]),
    ...(code === null ? [] : [['Reason Code', `0x${hex(code)} ${codeName ?? ''}`] as [string, string]])
  ]
}

function written(name: string, value: unknown): [string, string][] {
  if (value === null || value === undefined) return []
  if (value instanceof Uint8Array) return [[name, bytesWritten(value)]]
  if (Array.isArray(value)) return value.flatMap((each: unknown) => written(name, each))
  if (typeof value === 'object')
    return Object.entries(value).flatMap(([key, each]) => written(`${name} · ${titleOf(key, 5)}`, each))
  if (typeof value === 'number' && name.endsWith('Code')) return [[name, `0x${hex(value)}`]]
  return [[name, typeof value === 'string' ? value : JSON.stringify(value)]]
}

function titleOf(name: string, version: MqttVersion): string {
  if (name === 'clean' && version !== 5) return 'Clean Session'
  const known = Object.hasOwn(NAMES, name) ? NAMES[name] : undefined
  // For example, `sessionExpiryInterval` becomes the specification's Session Expiry Interval.
  return known ?? name.replace(/([A-Z])/g, ' $1').replace(/^./, (first) => first.toUpperCase())
}

function bytesWritten(bytes: Uint8Array): string {
  const head = bytes.subarray(0, MAX_PAYLOAD)
  const more = bytes.length > head.length ? '…' : ''
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(head)
    if (!/\p{Cc}/u.test(text.replace(/[\t\n\r]/g, ''))) return `${text}${more}`
  } catch {
    // Not text.
  }
  return `${Array.from(head, (byte) => hex(byte)).join(' ')}${more}`
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0')
}
