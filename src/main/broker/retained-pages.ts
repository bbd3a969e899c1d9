import type { UserProperty } from '../../shared/composed-properties'
import type { MessageProperties, Qos } from '../../shared/message'
import { recordedUserProperties } from '../../shared/user-properties'
import type { Message } from './codec/message'
import { PROPERTY } from './codec/properties'
import { Reader } from './codec/reader'
import { isReserved } from './core/client'
import type { Retained } from './core/retained'

/** Bytes of payload after which a page ends. */
const PAGE_BYTES = 1_000_000
/** Messages of a page. */
const PAGE_MESSAGES = 1_000

/** A retained message on its way to the main thread. `messageExpiryInterval` is what is left of it, in seconds. */
export interface RetainedCopy {
  topic: string
  payload: Uint8Array
  qos: Qos
  properties: MessageProperties
}

export interface RetainedPage {
  messages: RetainedCopy[]
  isLast: boolean
  /** How many retained messages there are. */
  total: number
}

/** The retained messages a page at a time, but for those of the broker itself. Messages that come or go meanwhile may be missed. */
export class RetainedPages {
  private readonly readers = new Map<string, Iterator<Message>>()

  constructor(
    private readonly retained: Retained,
    private readonly now: () => number
  ) {}

  /** The next page for a reader; after the last one it begins anew. */
  next(reader: string): RetainedPage {
    const iterator = this.readers.get(reader) ?? this.retained.all()
    this.readers.set(reader, iterator)
    const messages: RetainedCopy[] = []
    for (let bytes = 0; bytes < PAGE_BYTES && messages.length < PAGE_MESSAGES;) {
      const step = iterator.next()
      if (step.done) {
        this.forget(reader)
        return { messages, isLast: true, total: this.retained.count }
      }
      const message = step.value
      if (isReserved(message.topic) || message.isExpired(this.now())) continue
      bytes += message.size
      messages.push(copyOf(message, this.now()))
    }
    return { messages, isLast: false, total: this.retained.count }
  }

  /** The reader wants no more pages. */
  forget(reader: string): void {
    this.readers.delete(reader)
  }
}

function copyOf(message: Message, now: number): RetainedCopy {
  const { topic, payload, qos } = message
  const properties = propertiesOf(message.properties)
  const left = message.secondsLeft(now)
  if (left !== null) properties.messageExpiryInterval = left
  // A slice of a shared buffer would take the whole buffer along.
  return { topic, payload: Uint8Array.from(payload), qos, properties }
}

/** Decodes the properties that subscribers get unaltered (MQTT 5.0, 3.3.2.3). */
function propertiesOf(bytes: Buffer): MessageProperties {
  const reader = new Reader()
  reader.reset(bytes, 0, bytes.length)
  const found: MessageProperties = {}
  const pairs: UserProperty[] = []
  while (!reader.atEnd)
    switch (reader.varint()) {
      case PROPERTY.PAYLOAD_FORMAT:
        found.payloadFormatIndicator = reader.u8() === 1
        break
      case PROPERTY.CONTENT_TYPE:
        found.contentType = reader.text()
        break
      case PROPERTY.RESPONSE_TOPIC:
        found.responseTopic = reader.text()
        break
      case PROPERTY.CORRELATION_DATA:
        found.correlationData = reader.binary().toString('base64')
        break
      case PROPERTY.USER_PROPERTY:
        pairs.push({ name: reader.text(), value: reader.text() })
    }
  return { ...found, ...recordedUserProperties(pairs) }
}
