import type { PayloadBody, Wrapping } from '../../../shared/contract/decode'
import type { MessageView } from '../../../shared/contract/messages'

/** File name for a payload: its topic, made safe for every file system, its message id, and a fitting extension. */
export function fileNameFor({ head, body, unwrapped }: Omit<MessageView, 'bound'>): string {
  // eslint-disable-next-line no-control-regex -- control characters are not for file names
  const safe = head.topic.replace(/[\u0000-\u001f<>:"/\\|?*]+/g, '-').replace(/^[-. ]+|[-. ]+$/g, '')
  return `${safe.slice(0, 120) || 'payload'}-${head.id}.${endingOf(body, unwrapped[0])}`
}

/** Extension for the payload as received: that of its outermost wrapping, if there is one. */
function endingOf(body: PayloadBody, wrapped: Wrapping | undefined): string {
  if (wrapped !== undefined) return { gzip: 'gz', zlib: 'zlib', base64: 'txt' }[wrapped]
  switch (body.format) {
    case 'json':
    case 'xml':
    case 'cbor':
    case 'msgpack':
    case 'avro':
      return body.format
    case 'image':
      return body.kind === 'jpeg' ? 'jpg' : body.kind
    case 'text':
      return 'txt'
    case 'fault':
      return body.text === null ? 'bin' : 'txt'
    case 'protobuf':
    case 'sparkplug':
    case 'hex':
    case 'raw':
      return 'bin'
  }
}
