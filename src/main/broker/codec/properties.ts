import { malformed, protocolError } from './refusal'
import type { Reader } from './reader'

type Kind = 'flag' | 'u16' | 'u32' | 'varint' | 'text' | 'binary' | 'pair'

/** Packets with properties, and the will (MQTT 5.0, 2.2.2.2). */
export type Owner =
  'connect' | 'will' | 'publish' | 'acknowledgement' | 'subscribe' | 'unsubscribe' | 'disconnect' | 'auth'

/** Identifiers of properties (MQTT 5.0, table 2-4). */
export const PROPERTY = {
  PAYLOAD_FORMAT: 0x01,
  MESSAGE_EXPIRY: 0x02,
  CONTENT_TYPE: 0x03,
  RESPONSE_TOPIC: 0x08,
  CORRELATION_DATA: 0x09,
  SUBSCRIPTION_IDENTIFIER: 0x0b,
  SESSION_EXPIRY: 0x11,
  ASSIGNED_CLIENT_ID: 0x12,
  SERVER_KEEP_ALIVE: 0x13,
  AUTHENTICATION_METHOD: 0x15,
  AUTHENTICATION_DATA: 0x16,
  REQUEST_PROBLEM_INFORMATION: 0x17,
  WILL_DELAY: 0x18,
  REQUEST_RESPONSE_INFORMATION: 0x19,
  RESPONSE_INFORMATION: 0x1a,
  REASON_STRING: 0x1f,
  RECEIVE_MAXIMUM: 0x21,
  TOPIC_ALIAS_MAXIMUM: 0x22,
  TOPIC_ALIAS: 0x23,
  USER_PROPERTY: 0x26,
  MAXIMUM_PACKET_SIZE: 0x27
} as const

/** The properties that a client may send, and where. */
const kinds: Record<number, readonly [Kind, readonly Owner[]]> = {
  [PROPERTY.PAYLOAD_FORMAT]: ['flag', ['publish', 'will']],
  [PROPERTY.MESSAGE_EXPIRY]: ['u32', ['publish', 'will']],
  [PROPERTY.CONTENT_TYPE]: ['text', ['publish', 'will']],
  [PROPERTY.RESPONSE_TOPIC]: ['text', ['publish', 'will']],
  [PROPERTY.CORRELATION_DATA]: ['binary', ['publish', 'will']],
  [PROPERTY.SUBSCRIPTION_IDENTIFIER]: ['varint', ['subscribe']],
  [PROPERTY.SESSION_EXPIRY]: ['u32', ['connect', 'disconnect']],
  [PROPERTY.AUTHENTICATION_METHOD]: ['text', ['connect', 'auth']],
  [PROPERTY.AUTHENTICATION_DATA]: ['binary', ['connect', 'auth']],
  [PROPERTY.REQUEST_PROBLEM_INFORMATION]: ['flag', ['connect']],
  [PROPERTY.WILL_DELAY]: ['u32', ['will']],
  [PROPERTY.REQUEST_RESPONSE_INFORMATION]: ['flag', ['connect']],
  [PROPERTY.REASON_STRING]: ['text', ['acknowledgement', 'disconnect', 'auth']],
  [PROPERTY.RECEIVE_MAXIMUM]: ['u16', ['connect']],
  [PROPERTY.TOPIC_ALIAS_MAXIMUM]: ['u16', ['connect']],
  [PROPERTY.TOPIC_ALIAS]: ['u16', ['publish']],
  [PROPERTY.USER_PROPERTY]: [
    'pair',
    ['connect', 'will', 'publish', 'acknowledgement', 'subscribe', 'unsubscribe', 'disconnect', 'auth']
  ],
  [PROPERTY.MAXIMUM_PACKET_SIZE]: ['u32', ['connect']]
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
  const properties: Properties = new Map()
  while (reader.at < end) {
    const start = reader.at
    const id = reader.varint()
    const [kind, owners] = kinds[id] ?? [null, []]
    if (kind === null || !owners.includes(owner))
      throw malformed(`Property 0x${id.toString(16)} does not belong in this packet (2.2.2.2).`)
    const value = readValue(reader, kind)
    if (value !== null) {
      if (properties.has(id)) throw protocolError(`Property 0x${id.toString(16)} occurs twice (2.2.2.2).`)
      if (value === 0 && neverZero.includes(id))
        throw protocolError(`Property 0x${id.toString(16)} must not be 0.`)
      properties.set(id, value)
    }
    each?.(id, start, reader.at)
  }
  if (reader.at > end) throw malformed('A property reaches beyond the length of the properties (2.2.2.1).')
  return properties
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

/** A Response Topic must not contain wildcards [MQTT-3.3.2-14]. Throws Refusal. */
export function checkResponseTopic(properties: Properties): void {
  const topic = properties.get(PROPERTY.RESPONSE_TOPIC)
  if (typeof topic === 'string' && /[+#]|^$/.test(topic))
    throw protocolError('A Response Topic is empty or contains a wildcard character [MQTT-3.3.2-14].')
}
