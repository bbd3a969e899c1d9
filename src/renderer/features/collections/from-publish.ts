import { emptyRequest, type RequestProperties, type SavedRequest } from '../../../shared/contract/collections'
import type { Encoding } from '../../../shared/contract/encode'
import { escapeTemplate } from '../../../shared/is-template'
import type { Qos } from '../../../shared/message'

/** A message as the publish panel holds it. */
interface Entered {
  topic: string
  kind: 'text' | 'json' | 'hex' | 'base64' | 'file'
  text: string
  file: File | null
  encoding: Encoding | null
  qos: Qos
  retain: boolean
  properties: Omit<RequestProperties, 'messageExpiry'> & { messageExpiry: number | null }
}

/** A larger file would make a file that a collection cannot hold. */
const MAX_FILE = 600_000

/**
 * A saved message of what the publish panel holds; null if its file is too large to be saved. A file is saved as Base64.
 *
 * @param literal double braces are sent as they stand
 */
export async function requestOf(entered: Entered, literal: boolean): Promise<SavedRequest | null> {
  const { topic, kind, text, file, encoding, qos, retain, properties } = entered
  if (kind === 'file' && file && file.size > MAX_FILE) return null
  const plain = (text: string): string => (literal ? escapeTemplate(text) : text)
  const bytes = kind === 'file' && file ? new Uint8Array(await file.arrayBuffer()) : null
  return {
    ...emptyRequest,
    topic: plain(topic),
    payload: bytes ? base64Of(bytes) : kind === 'file' ? '' : plain(text),
    format: kind === 'file' ? 'base64' : kind,
    encode: kind === 'json' ? encoding : null,
    qos,
    retain,
    properties: {
      payloadFormat: properties.payloadFormat,
      contentType: plain(properties.contentType),
      messageExpiry: properties.messageExpiry === null ? '' : String(properties.messageExpiry),
      responseTopic: plain(properties.responseTopic),
      correlation: { as: properties.correlation.as, text: plain(properties.correlation.text) },
      userProperties: properties.userProperties.map(({ name, value }) => ({
        name: plain(name),
        value: plain(value)
      }))
    }
  }
}

function base64Of(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary)
}
