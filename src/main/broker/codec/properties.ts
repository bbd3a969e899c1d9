import { malformed, protocolError } from './refusal'
import type { Reader } from './reader'

type Kind = 'flag' | 'u16' | 'u32' | 'varint' | 'text' | 'binary' | 'pair'

/** Packets with properties, and the will (MQTT 5.0, 2.2.2.2). */
export type Owner =
  'connect' | 'will' | 'publish' | 'acknowledgement' | 'subscribe' | 'unsubscribe' | 'disconnect' | 'auth'

const reasons = 'acknowledgement disconnect auth'
const everywhere = `connect will publish subscribe unsubscribe ${reasons}`

/** The properties (MQTT 5.0, table 2-4): identifier, type, and where a client may send it. */
const table = {
  PAYLOAD_FORMAT: [0x01, 'flag', 'publish will'],
  MESSAGE_EXPIRY: [0x02, 'u32', 'publish will'],
  CONTENT_TYPE: [0x03, 'text', 'publish will'],
  RESPONSE_TOPIC: [0x08, 'text', 'publish will'],
  CORRELATION_DATA: [0x09, 'binary', 'publish will'],
  SUBSCRIPTION_IDENTIFIER: [0x0b, 'varint', 'subscribe'],
  SESSION_EXPIRY: [0x11, 'u32', 'connect disconnect'],
  ASSIGNED_CLIENT_ID: [0x12, 'text', ''],
  SERVER_KEEP_ALIVE: [0x13, 'u16', ''],
  AUTHENTICATION_METHOD: [0x15, 'text', 'connect auth'],
  AUTHENTICATION_DATA: [0x16, 'binary', 'connect auth'],
  REQUEST_PROBLEM_INFORMATION: [0x17, 'flag', 'connect'],
  WILL_DELAY: [0x18, 'u32', 'will'],
  REQUEST_RESPONSE_INFORMATION: [0x19, 'flag', 'connect'],
  REASON_STRING: [0x1f, 'text', reasons],
  RECEIVE_MAXIMUM: [0x21, 'u16', 'connect'],
  TOPIC_ALIAS_MAXIMUM: [0x22, 'u16', 'connect'],
  TOPIC_ALIAS: [0x23, 'u16', 'publish'],
  USER_PROPERTY: [0x26, 'pair', everywhere],
  MAXIMUM_PACKET_SIZE: [0x27, 'u32', 'connect']
} as const satisfies Record<string, [number, Kind, string]>

/** Identifiers of properties. */
export const PROPERTY = Object.fromEntries(Object.entries(table).map(([name, [id]]) => [name, id])) as Record<
  keyof typeof table,
  number
>

const properties = new Map<number, { kind: Kind; owners: string[] }>(
  Object.values(table).map(([id, kind, owners]) => [id, { kind, owners: owners.split(' ') }])
)

/** The type of a property; undefined: there is no such property. */
export function kindOf(id: number): Kind | undefined {
  return properties.get(id)?.kind
}

/** Properties whose value must not be 0 (3.1.2.11.3, 3.1.2.11.4, 3.8.2.1.2). A Topic Alias of 0 has a reason code of its own. */
const neverZero: number[] = [
  PROPERTY.RECEIVE_MAXIMUM,
  PROPERTY.MAXIMUM_PACKET_SIZE,
  PROPERTY.SUBSCRIPTION_IDENTIFIER
]

/** The values of a packet's properties by identifier, without User Properties. */
export type Properties = Map<number, number | string | Buffer>

export const noProperties: Properties = new Map()

/**
 * Reads the properties of a packet. Each may occur once, but for User Properties (MQTT 5.0, 2.2.2.2). Throws Refusal. `each` is told
 * the identifier of every property, and where its bytes begin and end.
 */
export function readProperties(
  reader: Reader,
  owner: Owner,
  each?: (id: number, start: number, end: number) => void
): Properties {
  const length = reader.varint()
  if (length === 0) return noProperties
  const end = reader.skip(length) + length
  reader.at = end - length
  const values: Properties = new Map()
  while (reader.at < end) {
    const start = reader.at
    const id = reader.varint()
    const { kind, owners } = properties.get(id) ?? {}
    if (!kind || !owners?.includes(owner))
      throw malformed(`Property 0x${id.toString(16)} does not belong in this packet (2.2.2.2).`)
    const value = readValue(reader, kind)
    if (value !== null) {
      if (values.has(id)) throw protocolError(`Property 0x${id.toString(16)} occurs twice (2.2.2.2).`)
      if (value === 0 && neverZero.includes(id))
        throw protocolError(`Property 0x${id.toString(16)} must not be 0.`)
      values.set(id, value)
    }
    each?.(id, start, reader.at)
  }
  if (reader.at > end) throw malformed('A property reaches beyond the length of the properties (2.2.2.1).')
  return values
}

/** null: a User Property, of which there may be many. */
function readValue(reader: Reader, kind: Kind): number | string | Buffer | null {
  switch (kind) {
    case 'flag': {
      const flag = reader.u8()
      if (flag > 1) throw protocolError('A property that is 0 or 1 has another value (3.1.2.11, 3.3.2.3.2).')
      return flag
    }
    case 'u16':
      return reader.u16()
    case 'u32':
      return reader.u32()
    case 'varint':
      return reader.varint()
    case 'text':
      return reader.text()
    case 'binary':
      return reader.binary()
    case 'pair':
      reader.checkText()
      reader.checkText()
      return null
  }
}

/** The name and value of a User Property whose bytes, behind its identifier, are from `start` to `end`. */
export function pairIn(bytes: Buffer, start: number, end: number): [name: string, value: string] {
  const nameEnd = start + 2 + bytes.readUInt16BE(start)
  return [bytes.toString('utf8', start + 2, nameEnd), bytes.toString('utf8', nameEnd + 2, end)]
}

/** A Response Topic must not contain wildcards [MQTT-3.3.2-14]. Throws Refusal. */
export function checkResponseTopic(properties: Properties): void {
  const topic = properties.get(PROPERTY.RESPONSE_TOPIC)
  if (typeof topic === 'string' && /[+#]|^$/.test(topic))
    throw protocolError('A Response Topic is empty or contains a wildcard character [MQTT-3.3.2-14].')
}
