import type { MessageHead } from '../../shared/message'
import { userPropertiesOf } from '../../shared/user-properties'
import { m } from '../paraglide/messages'
import { count, exactTime } from './format'

/** One MQTT 5 property for display. */
export interface ShownProperty {
  /** The specification's name (MQTT 5.0, 3.3.2.3). */
  name: string
  /** A user property's own name. */
  key: string | null
  value: string
  /** Explains the value. */
  note: string | null
}

/** A message's properties, first the standard ones, then the user properties, one line per value. `now` is in ms. */
export function propertiesOf(
  { properties, receivedAt }: Pick<MessageHead, 'properties' | 'receivedAt'>,
  now: number
): ShownProperty[] {
  if (!properties) return []
  const shown: ShownProperty[] = []
  const add = (name: string, value: string, note: string | null = null, key: string | null = null): void => {
    shown.push({ name, key, value, note })
  }
  const { payloadFormatIndicator, messageExpiryInterval, correlationData } = properties
  if (properties.contentType !== undefined) add(m.inspect_content_type(), properties.contentType)
  if (payloadFormatIndicator !== undefined)
    add(
      m.inspect_payload_format(),
      payloadFormatIndicator ? m.inspect_payload_utf8() : m.inspect_payload_bytes()
    )
  if (messageExpiryInterval !== undefined) {
    const end = receivedAt + messageExpiryInterval * 1e6
    const words = { seconds: count(messageExpiryInterval), time: exactTime(end) }
    add(m.inspect_expiry(), end / 1_000 > now ? m.inspect_expiry_value(words) : m.inspect_expiry_over(words))
  }
  if (properties.responseTopic !== undefined) add(m.inspect_response_topic(), properties.responseTopic)
  if (correlationData !== undefined) {
    const bytes = Uint8Array.from(atob(correlationData), (character) => character.charCodeAt(0))
    add(m.inspect_correlation(), hexOf(bytes), textOf(bytes))
  }
  for (const identifier of [properties.subscriptionIdentifier ?? []].flat())
    add(m.inspect_subscription(), String(identifier))
  if (properties.topicAlias !== undefined) add(m.inspect_topic_alias(), String(properties.topicAlias))
  for (const { name, value } of userPropertiesOf(properties))
    add(m.inspect_user_property(), value, null, name)
  return shown
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ')
}

/** The bytes as quoted text; null if they are not readable text. */
function textOf(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return /^\P{Cc}+$/u.test(text) ? `“${text}”` : null
  } catch {
    return null
  }
}
