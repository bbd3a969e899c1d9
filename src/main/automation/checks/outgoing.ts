import type { IClientPublishOptions } from 'mqtt'
import { bytesOf, PublishProperties } from '../../../shared/composed-properties'
import type { Encoding } from '../../../shared/contract/encode'
import type { SchemaFiles } from '../../decode/schema-files'
import { encode } from '../../encode/encode'
import { outgoingProperties } from '../../mqtt/outgoing-properties'
import { StepFailure } from './failure'
import { fieldFault } from './field-fault'
import type { Publish } from './format'
import type { Properties } from './format-parts'
import { isMap } from './json'
import { reasonOf, said } from './said'
import { encodeSentence } from './sentences'
import { textOf } from './values'

/** The bytes of a payload: a text in its format; a map or list as JSON. Throws StepFailure. */
export function payloadBytes(payload: unknown, format: Publish['format'] = 'text'): Buffer {
  if (payload === undefined || payload === null) return Buffer.alloc(0)
  if (isMap(payload) || Array.isArray(payload)) return Buffer.from(JSON.stringify(payload))
  const text = textOf(payload)
  switch (format) {
    case 'text':
      return Buffer.from(text)
    case 'json':
      try {
        JSON.parse(text)
        return Buffer.from(text)
      } catch (error) {
        throw new StepFailure(said('failure_payload_json', { reason: reasonOf(error) }))
      }
    case 'hex':
    case 'base64': {
      const bytes = bytesOf({ as: format, text: format === 'hex' ? text.replace(/0x|[,:-]/gi, '') : text })
      if (typeof bytes === 'string')
        throw new StepFailure(said(format === 'hex' ? 'failure_payload_hex' : 'failure_payload_base64'))
      return Buffer.from(bytes)
    }
  }
}

/** The bytes of a payload, written as JSON or as a map or list, in another encoding. Throws StepFailure. */
export function encodedBytes(payload: unknown, encoding: Encoding, schemas: () => SchemaFiles): Buffer {
  const text = isMap(payload) || Array.isArray(payload) ? JSON.stringify(payload) : textOf(payload)
  const encoded = encode(text, encoding, schemas())
  if ('bytes' in encoded) return Buffer.from(encoded.bytes)
  throw new StepFailure(said('failure_payload_encoding', { fault: encodeSentence(encoded.fault) }))
}

/** MQTT 5 properties for MQTT.js. Throws StepFailure. */
export function wireProperties(properties: Properties): NonNullable<IClientPublishOptions['properties']> {
  const {
    payloadFormat,
    contentType,
    messageExpiry,
    responseTopic,
    correlationData,
    userProperties,
    topicAlias
  } = properties
  const composed = PublishProperties.safeParse({
    payloadFormat: payloadFormat ?? 'none',
    contentType: contentType ?? '',
    messageExpiry: messageExpiry ?? null,
    responseTopic: responseTopic ?? '',
    correlation: correlationOf(correlationData),
    userProperties: (userProperties ?? []).map(([name, value]) => ({ name, value })),
    topicAlias: topicAlias ?? null
  })
  if (!composed.success) {
    const [issue] = composed.error.issues
    throw new StepFailure(
      said('failure_property', { name: issue!.path.join('.'), fault: fieldFault(issue!.message) })
    )
  }
  return outgoingProperties(composed.data)?.wire ?? {}
}

function correlationOf(value: unknown): { as: string; text: string } {
  if (value === undefined || value === null) return { as: 'text', text: '' }
  const [as, text] = isMap(value) ? (Object.entries(value)[0] ?? ['text', '']) : ['text', value]
  return { as, text: textOf(text) }
}
