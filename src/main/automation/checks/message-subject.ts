import { escapeTemplate } from '../../../shared/is-template'
import type { ExpectedMessage, PayloadMatch } from '../../../shared/contract/new-checks'
import type { MessageProperties } from '../../../shared/message'
import { userPropertiesOf } from '../../../shared/user-properties'
import { expectedJson } from './expected-json'
import { literalJson, type Subject } from './subject'

/** Bytes that are written as hex digits; more are written as Base64. */
const MOST_HEX = 64

/** A message that was seen or published, as a check has it. `isPublished`: the check sends it itself. */
export function messageSubject(message: ExpectedMessage, isPublished: boolean): Subject {
  const { topic, qos, retain } = message
  const properties = propertiesOf(message.properties)
  const { messageExpiry } = properties
  return {
    topic: escapeTemplate(topic),
    payload: payloadOf(message),
    ...{ qos, retain },
    properties: {
      ...properties,
      // The broker reduces it by the time that the message waited there [MQTT-3.3.2-6].
      ...(messageExpiry !== undefined && {
        messageExpiry: retain && !isPublished ? { exists: true } : { lte: messageExpiry }
      })
    },
    publish: {
      topic: escapeTemplate(topic),
      ...sentPayload(message.payload ?? new Uint8Array()),
      ...(qos > 0 && { qos }),
      ...(retain && { retain }),
      ...(Object.keys(properties).length > 0 && { properties })
    },
    notes: []
  }
}

function payloadOf({ payload, size }: ExpectedMessage): Subject['payload'] {
  const offers = new Map<PayloadMatch, Record<string, unknown>>()
  if (payload) {
    const text = textOf(payload)
    const json = text === null ? undefined : expectedJson(text)
    if (json !== undefined) {
      offers.set('json', { json: literalJson(json) })
      offers.set('whole', { jsonEquals: literalJson(json) })
    } else offers.set('whole', text === null ? bytesOf(payload) : { payload: escapeTemplate(text) })
  }
  offers.set('size', { size })
  offers.set('none', {})
  return offers
}

function bytesOf(payload: Uint8Array): Record<string, string> {
  const bytes = Buffer.from(payload)
  return bytes.length > MOST_HEX ? { base64: bytes.toString('base64') } : { hex: bytes.toString('hex') }
}

/** The payload of a publish step, which is sent byte by byte as it was. */
function sentPayload(payload: Uint8Array): Record<string, unknown> {
  if (payload.length === 0) return {}
  const text = textOf(payload)
  if (text === null) {
    const [[format, digits]] = Object.entries(bytesOf(payload)) as [[string, string]]
    return { payload: digits, format }
  }
  const json = expectedJson(text)
  return {
    payload: json !== undefined && JSON.stringify(json) === text ? literalJson(json) : escapeTemplate(text)
  }
}

/** null: it is not UTF-8. */
function textOf(payload: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(payload)
  } catch {
    return null
  }
}

/** By the names that files have for them. Topic alias and subscription identifier belong to one connection. */
function propertiesOf(properties: MessageProperties | null): Record<string, unknown> {
  const { payloadFormatIndicator, contentType, messageExpiryInterval, responseTopic, correlationData } =
    properties ?? {}
  const userProperties = userPropertiesOf(properties)
  return {
    ...(payloadFormatIndicator !== undefined && { payloadFormat: payloadFormatIndicator ? 'text' : 'bytes' }),
    ...(contentType !== undefined && { contentType: escapeTemplate(contentType) }),
    ...(messageExpiryInterval !== undefined && { messageExpiry: messageExpiryInterval }),
    ...(responseTopic !== undefined && { responseTopic: escapeTemplate(responseTopic) }),
    ...(correlationData !== undefined && { correlationData: correlationOf(correlationData) }),
    ...(userProperties.length > 0 && {
      userProperties: userProperties.map(({ name, value }) => [escapeTemplate(name), escapeTemplate(value)])
    })
  }
}

function correlationOf(base64: string): unknown {
  const bytes = Buffer.from(base64, 'base64')
  const text = textOf(bytes)
  return text !== null && /^[\x20-\x7e]+$/.test(text) ? escapeTemplate(text) : { hex: bytes.toString('hex') }
}
