import { isUtf8 } from 'node:buffer'
import type { PayloadBody } from '../../shared/contract/decode'
import type { Decoders } from '../decode/decoders'
import type { Arrival } from '../recorder/message'
import { timestamp } from '../transfer/format'

/** A message as an object for a line of JSON, with the fields of an export. `at`: µs since 1970 UTC. */
export function messageJson(
  { topic, payload, qos, retain, dup, properties }: Arrival,
  at: number,
  decoders: Decoders | null
): Record<string, unknown> {
  const isText = isUtf8(payload)
  const decoded = decoders?.bound(topic)
    ? bodyText(decoders.decode(topic, payload, { format: 'auto' }).body)
    : null
  return {
    topic,
    receivedAt: timestamp(at),
    direction: 'in',
    qos,
    retain,
    dup,
    size: payload.length,
    encoding: isText ? 'utf8' : 'base64',
    payload: payload.toString(isText ? 'utf8' : 'base64'),
    properties,
    ...(decoded !== null && { decoded: parsed(decoded) })
  }
}

/** A message on a line: topic and payload; `at` (µs since 1970 UTC) adds the time, QoS and flags. */
export function messageLine(arrival: Arrival, decoders: Decoders, at: number | null): string {
  const { topic, payload, qos, retain, dup } = arrival
  const facts = [`QoS ${qos}`, ...(retain ? ['retained'] : []), ...(dup ? ['duplicate'] : [])]
  const before = at === null ? topic : `${timestamp(at)} ${topic} (${facts.join(', ')})`
  return `${before} ${payloadText(topic, payload, decoders)}`
}

/** Text as it came, unless a decoder is bound to its topic; other payloads decoded, or in hex. */
export function payloadText(topic: string, payload: Buffer, decoders: Decoders): string {
  if (decoders.bound(topic) === null && isUtf8(payload) && !payload.includes(0)) return payload.toString()
  return bodyText(decoders.decode(topic, payload, { format: 'auto' }).body) ?? payload.toString('hex')
}

/**
 * The text with its control characters visible, but for line ends and tabs: a payload may come from anybody, and must not steer the
 * terminal.
 */
export function harmless(text: string): string {
  return text.replaceAll(
    /(?![\n\t])\p{Cc}/gu,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`
  )
}

/** The text of a decoded payload; null: it has none. */
function bodyText(body: PayloadBody): string | null {
  return 'text' in body ? body.text : null
}

/** Decoded JSON as a value, other text as it is. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
