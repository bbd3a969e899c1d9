import type { MessageProperties } from '../../../shared/message'
import { recordedUserProperties } from '../../../shared/user-properties'
import { previewOf, type Preview } from '../../decode/preview'
import type { Message } from '../codec/message'
import { pairIn, PROPERTY, readProperties } from '../codec/properties'
import { Reader } from '../codec/reader'
import { varintLength, Writer } from '../codec/writer'

/** A message without its payload, as a row shows it. */
export interface MessageView extends Preview {
  topic: string
  /** Client id; empty: the broker itself. */
  publisher: string
  /** ms since 1970 UTC. */
  receivedAt: number
  /** Seconds until it expires; null: never. */
  expiresIn: number | null
  /** Payload length in bytes. */
  size: number
}

/** `now` in ms since 1970 UTC. */
export function viewOf(message: Message, now: number): MessageView {
  const { topic, publisher, receivedAt, payload, payloadLength: size } = message
  const expiresIn = message.secondsLeft(now)
  return { topic, publisher, receivedAt, expiresIn, size, ...previewOf(payload, size) }
}

/** A message's MQTT 5 properties; null: it has none. */
export function propertiesOf({ properties, expiry }: Message): MessageProperties | null {
  const writer = new Writer(Buffer.allocUnsafe(varintLength(properties.length) + properties.length))
  writer.varint(properties.length)
  writer.put(properties)
  const reader = new Reader()
  reader.reset(writer.bytes, 0, writer.bytes.length)
  const pairs: [string, string][] = []
  const values = readProperties(reader, 'publish', (id, from, to) => {
    if (id === PROPERTY.USER_PROPERTY) pairs.push(pairIn(reader.bytes, from + 1, to))
  })
  const found: MessageProperties = {}
  const format = values.get(PROPERTY.PAYLOAD_FORMAT)
  const responseTopic = values.get(PROPERTY.RESPONSE_TOPIC)
  const correlationData = values.get(PROPERTY.CORRELATION_DATA)
  const contentType = values.get(PROPERTY.CONTENT_TYPE)
  if (format !== undefined) found.payloadFormatIndicator = format === 1
  if (expiry !== null) found.messageExpiryInterval = expiry
  if (typeof responseTopic === 'string') found.responseTopic = responseTopic
  if (correlationData instanceof Buffer) found.correlationData = correlationData.toString('base64')
  if (typeof contentType === 'string') found.contentType = contentType
  Object.assign(found, recordedUserProperties(pairs.map(([name, value]) => ({ name, value }))))
  return Object.keys(found).length === 0 ? null : found
}
