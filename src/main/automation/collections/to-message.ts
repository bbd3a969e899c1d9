import type { RequestProperties, SavedRequest, TemplateFault } from '../../../shared/contract/collections'
import type { Qos } from '../../../shared/message'
import { topicFault } from '../../../shared/topic'
import { expand, type Context } from '../template/expand'
import type { GeneratorMemory } from '../template/memory'

/** A message without templates, ready to be published. */
export interface ReadyMessage {
  topic: string
  payload: Uint8Array
  qos: Qos
  retain: boolean
  /** null: none is set. */
  properties:
    (Omit<RequestProperties, 'messageExpiry'> & { messageExpiry: number | null; topicAlias: null }) | null
}

export type Made = { message: ReadyMessage; faults: TemplateFault[]; commit: () => void }

/** Largest message expiry interval in seconds (MQTT 5.0, 1.5.3 and 3.3.2.3.3). */
const MAX_INTERVAL = 4_294_967_295

/** Expands a saved message. With faults, the message is what is known of it, and must not be sent. */
export function toMessage(request: SavedRequest, context: Context, memory: GeneratorMemory): Made {
  const { properties, format, qos, retain } = request
  const fields: Record<string, string> = {
    topic: request.topic,
    payload: request.payload,
    contentType: properties.contentType,
    messageExpiry: properties.messageExpiry,
    responseTopic: properties.responseTopic,
    correlationData: properties.correlation.text
  }
  for (const [index, { name, value }] of properties.userProperties.entries())
    Object.assign(fields, { [`userProperties ${index + 1}`]: name, [`userProperties ${index + 1} =`]: value })
  const { texts, faults, commit } = expand(fields, context, memory)
  /** A fault of a field's whole text, unless it has one already. */
  const report = (field: string, code: TemplateFault['code'], detail = ''): void => {
    if (!faults.some((fault) => fault.field === field))
      faults.push({ field, variable: null, line: 1, column: 1, code, name: '', detail })
  }
  const topic = texts.topic!
  const fault = topicFault(topic)
  if (fault) report('topic', 'TOPIC', fault)
  const responseTopic = texts.responseTopic!
  const responseFault = responseTopic === '' ? null : topicFault(responseTopic)
  if (responseFault) report('responseTopic', 'RESPONSE_TOPIC', responseFault)
  const payload = bytesOf(format, texts.payload!)
  if ('code' in payload) report('payload', payload.code, payload.detail)
  const { as } = properties.correlation
  const correlation = bytesOf(as, texts.correlationData!)
  if ('code' in correlation) report('correlationData', correlation.code)
  const expiry = texts.messageExpiry!.trim()
  const messageExpiry = expiry === '' ? null : Number(expiry)
  if (
    messageExpiry !== null &&
    !(Number.isInteger(messageExpiry) && messageExpiry >= 0 && messageExpiry <= MAX_INTERVAL)
  )
    report('messageExpiry', 'BAD_EXPIRY', expiry.slice(0, 40))
  const ready: RequestProperties = {
    payloadFormat: properties.payloadFormat,
    contentType: texts.contentType!,
    messageExpiry: '',
    responseTopic,
    correlation: { as, text: texts.correlationData! },
    userProperties: properties.userProperties.map((_, index) => ({
      name: texts[`userProperties ${index + 1}`]!,
      value: texts[`userProperties ${index + 1} =`]!
    }))
  }
  return {
    message: {
      topic,
      payload: 'bytes' in payload ? payload.bytes : new Uint8Array(),
      qos,
      retain,
      properties:
        isAnySet(ready) || messageExpiry !== null ? { ...ready, messageExpiry, topicAlias: null } : null
    },
    faults,
    commit
  }
}

function isAnySet({
  payloadFormat,
  contentType,
  responseTopic,
  correlation,
  userProperties
}: RequestProperties): boolean {
  return (
    payloadFormat !== 'none' ||
    [contentType, responseTopic, correlation.text].some((text) => text !== '') ||
    userProperties.length > 0
  )
}

type Read = { bytes: Uint8Array } | { code: 'NOT_JSON' | 'NOT_HEX' | 'NOT_BASE64'; detail: string }

/** The bytes of a text in its format. JSON is sent exactly as it is written. */
function bytesOf(format: SavedRequest['format'], text: string): Read {
  switch (format) {
    case 'text':
      return { bytes: Buffer.from(text) }
    case 'json':
      try {
        JSON.parse(text)
        return { bytes: Buffer.from(text) }
      } catch (error) {
        return { code: 'NOT_JSON', detail: (error as Error).message.slice(0, 200) }
      }
    case 'hex': {
      const digits = text.replace(/0x|[\s,:-]/gi, '')
      return /^(?:[0-9a-f]{2})*$/i.test(digits)
        ? { bytes: Buffer.from(digits, 'hex') }
        : { code: 'NOT_HEX', detail: '' }
    }
    case 'base64': {
      // Both alphabets of RFC 4648, with or without padding.
      const plain = text.replace(/\s/g, '').replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '')
      return /^[A-Za-z0-9+/]*$/.test(plain) && plain.length % 4 !== 1
        ? { bytes: Buffer.from(plain, 'base64') }
        : { code: 'NOT_BASE64', detail: '' }
    }
  }
}
