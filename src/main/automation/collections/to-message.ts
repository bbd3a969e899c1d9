import { isDeepStrictEqual } from 'node:util'
import { noProperties, PublishProperties } from '../../../shared/composed-properties'
import type { SavedRequest } from '../../../shared/contract/collections'
import type { TemplateFault } from '../../../shared/contract/template-fault'
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
  properties: PublishProperties | null
}

export interface Made {
  message: ReadyMessage
  faults: TemplateFault[]
  commit: () => void
  /** The payload as text, which is to be encoded if the request says so. */
  text: string
}

/** Expands a saved message, whose payload is not encoded yet. With faults, the message is what is known of it, and must not be sent. */
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
  const payload = payloadBytes(request.encode ? 'text' : format, texts.payload!)
  if ('code' in payload) report('payload', payload.code, payload.detail)
  const expiry = texts.messageExpiry!.trim()
  const ready: PublishProperties = {
    payloadFormat: properties.payloadFormat,
    contentType: texts.contentType!,
    messageExpiry: expiry === '' ? null : Number(expiry),
    responseTopic: texts.responseTopic!,
    correlation: { as: properties.correlation.as, text: texts.correlationData! },
    userProperties: properties.userProperties.map((_, index) => ({
      name: texts[`userProperties ${index + 1}`]!,
      value: texts[`userProperties ${index + 1} =`]!
    })),
    topicAlias: null
  }
  for (const { path, message } of PublishProperties.safeParse(ready).error?.issues ?? [])
    report(fieldAt(path), 'PROPERTY', message)
  return {
    message: {
      topic,
      payload: 'bytes' in payload ? payload.bytes : new Uint8Array(),
      qos,
      retain,
      properties: isDeepStrictEqual(ready, unset) ? null : ready
    },
    faults,
    commit,
    text: texts.payload!
  }
}

const unset: PublishProperties = { ...noProperties(), topicAlias: null }

/** The field of a request that a path in its properties stands for. */
function fieldAt([key, index, part]: readonly PropertyKey[]): string {
  if (key === 'correlation') return 'correlationData'
  if (key !== 'userProperties' || typeof index !== 'number') return String(key)
  return `userProperties ${index + 1}${part === 'value' ? ' =' : ''}`
}

type Read = { bytes: Uint8Array } | { code: 'NOT_JSON' | 'NOT_HEX' | 'NOT_BASE64'; detail: string }

/** The bytes of a text in its format, or what is wrong with it. JSON is sent exactly as it is written. */
export function payloadBytes(format: SavedRequest['format'], text: string): Read {
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
