import { z } from 'zod'
import { textFault, topicFault } from './topic'

/** Largest Four Byte Integer (MQTT 5.0, 1.5.3). */
const MAX_INTERVAL = 4_294_967_295
/** Largest Binary Data, in bytes (MQTT 5.0, 1.5.6). */
const MAX_BINARY = 65_535
/** More user properties than this are a mistake. */
const MOST_USER_PROPERTIES = 1_000

/** Seconds, as a Four Byte Integer. The messages are fault codes, which forms turn into sentences. */
export const Interval = z.int('INTERVAL_RANGE').min(0, 'INTERVAL_RANGE').max(MAX_INTERVAL, 'INTERVAL_RANGE')

/** A UTF-8 Encoded String (MQTT 5.0, 1.5.4). */
const Text = z.string().superRefine((text, context) => {
  const fault = textFault(text)
  if (fault) context.addIssue({ code: 'custom', message: `TEXT_${fault}` })
})

/** A name and a value. Names may repeat, and the order counts [MQTT-3.3.2-18]. */
export const UserProperty = z.object({ name: Text, value: Text })
export type UserProperty = z.infer<typeof UserProperty>

export const UserProperties = z.array(UserProperty).max(MOST_USER_PROPERTIES, 'TOO_MANY')

/** Bytes as they are typed. */
const TypedBytes = z
  .object({ as: z.enum(['text', 'hex', 'base64']), text: z.string() })
  .superRefine((typed, context) => {
    const read = bytesOf(typed)
    const fault = typeof read === 'string' ? read : read.length > MAX_BINARY ? 'TEXT_TOO_LONG' : null
    if (fault) context.addIssue({ code: 'custom', path: ['text'], message: fault })
  })
type TypedBytes = z.infer<typeof TypedBytes>

/** MQTT 5 properties of a message or a will, as they are typed and stored. What is empty or null is not sent. */
export const ComposedProperties = z.object({
  /** Payload Format Indicator (3.3.2.3.2): 0 for bytes, 1 for text. */
  payloadFormat: z.enum(['none', 'bytes', 'text']),
  contentType: Text,
  /** Message Expiry Interval in seconds (3.3.2.3.3). */
  messageExpiry: Interval.nullable(),
  /** A topic name: it must not contain wildcards [MQTT-3.3.2-14]. */
  responseTopic: z.string().superRefine((topic, context) => {
    const fault = topic === '' ? null : topicFault(topic)
    if (fault) context.addIssue({ code: 'custom', message: `TOPIC_${fault}` })
  }),
  correlation: TypedBytes,
  userProperties: UserProperties
})
export type ComposedProperties = z.infer<typeof ComposedProperties>

/** The properties of a message to publish. */
export const PublishProperties = ComposedProperties.extend({
  /** 0 is not allowed [MQTT-3.3.2-8]. The broker's Topic Alias Maximum limits it further. */
  topicAlias: z.int('UINT16_RANGE').min(1, 'UINT16_RANGE').max(65_535, 'UINT16_RANGE').nullable()
})
export type PublishProperties = z.infer<typeof PublishProperties>

/** Properties of which none is set. */
export function noProperties(): ComposedProperties {
  return {
    payloadFormat: 'none',
    contentType: '',
    messageExpiry: null,
    responseTopic: '',
    correlation: { as: 'text', text: '' },
    userProperties: []
  }
}

/** The user properties that are sent: a row with neither a name nor a value is not filled in yet. */
export function filled(properties: readonly UserProperty[]): UserProperty[] {
  return properties.filter(({ name, value }) => name !== '' || value !== '')
}

/** The bytes, or the fault code of the text. Base64 in both alphabets of RFC 4648, with or without padding. */
export function bytesOf({ as, text }: TypedBytes): Uint8Array | 'HEX_MALFORMED' | 'BASE64_MALFORMED' {
  if (as === 'text') return new TextEncoder().encode(text)
  const plain = text.replace(/\s/g, '')
  if (as === 'hex') {
    if (plain.length % 2 === 1 || /[^0-9a-f]/i.test(plain)) return 'HEX_MALFORMED'
    return Uint8Array.from(plain.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
  }
  try {
    const standard = plain.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '')
    return Uint8Array.from(atob(standard), (character) => character.charCodeAt(0))
  } catch {
    return 'BASE64_MALFORMED'
  }
}
