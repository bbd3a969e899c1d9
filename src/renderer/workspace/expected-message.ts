import type { HistoryRef } from '../../shared/contract/histories'
import { MOST_EXPECTED, type ExpectedMessage } from '../../shared/contract/new-checks'
import { bytesOf, filled, type PublishProperties } from '../../shared/composed-properties'
import type { MessageProperties } from '../../shared/message'
import { recordedUserProperties } from '../../shared/user-properties'
import type { EnteredMessage } from '../features/publish/sent.svelte'
import { m } from '../paraglide/messages'
import { sentenceFor } from '../state/sentences'
import type { WorkspaceSession } from './workspace-session'

/**
 * A recorded message as a check can expect it; null, and the user is told why: it is gone, or cannot be read.
 *
 * @param id the recorded message; null: the topic's last one
 */
export async function recordedMessage(
  { api, notify }: Pick<WorkspaceSession, 'api' | 'notify'>,
  history: HistoryRef,
  topic: string,
  id: number | null
): Promise<ExpectedMessage | null> {
  const raw = { history, decoder: { format: 'raw' as const } }
  try {
    const view = await (id === null
      ? api.call('topics.get', { ...raw, topic })
      : api.call('messages.get', { ...raw, id }))
    if (view?.body.format === 'raw') {
      const { topic, qos, retain, size, properties } = view.head
      return { topic, qos, retain, size, properties, payload: shortEnough(view.body.bytes) }
    }
    notify('bad', m.inspect_message_gone())
  } catch (error) {
    notify('bad', sentenceFor(error))
  }
  return null
}

/** A message that was published with a payload, as a check can expect it. `withProperties`: the connection has MQTT 5. */
export function publishedMessage(
  { topic, qos, retain, properties }: EnteredMessage,
  bytes: Uint8Array,
  withProperties: boolean
): ExpectedMessage {
  return {
    ...{ topic, qos, retain, size: bytes.length, payload: shortEnough(bytes) },
    properties: withProperties ? sentProperties(properties) : null
  }
}

function shortEnough(bytes: Uint8Array): Uint8Array | null {
  return bytes.length > MOST_EXPECTED ? null : bytes
}

function sentProperties(properties: PublishProperties): MessageProperties {
  const { payloadFormat, contentType, messageExpiry, responseTopic, correlation, userProperties } = properties
  const data = bytesOf(correlation)
  return {
    ...(payloadFormat !== 'none' && { payloadFormatIndicator: payloadFormat === 'text' }),
    ...(contentType !== '' && { contentType }),
    ...(messageExpiry !== null && { messageExpiryInterval: messageExpiry }),
    ...(responseTopic !== '' && { responseTopic }),
    ...(typeof data !== 'string' && data.length > 0 && { correlationData: base64Of(data) }),
    ...recordedUserProperties(filled(userProperties))
  }
}

function base64Of(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}
