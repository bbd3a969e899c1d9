import type { PayloadBody, PayloadFormat } from '../../shared/contract/messages'
import { formatJson } from './json'
import { hasOddControls, textOf } from './text'

/**
 * A payload made readable in the format asked for. `auto` gives JSON for an object or an array, text for valid UTF-8
 * without odd control characters, and hex for the rest. JSON that is nested beyond measure is given as text.
 */
export function decode(payload: Uint8Array, format: PayloadFormat): PayloadBody {
  switch (format) {
    case 'auto':
      return detect(payload)
    case 'text':
      return { format, ...textOf(payload) }
    case 'json':
      return asJson(payload)
    case 'hex':
    case 'raw':
      return { format, bytes: owned(payload) }
  }
}

function detect(payload: Uint8Array): PayloadBody {
  const { text, invalidUtf8 } = textOf(payload)
  if (invalidUtf8) return { format: 'hex', bytes: owned(payload) }
  if (/^[ \t\n\r]*[[{]/.test(text)) {
    const json = formatJson(payload)
    if (json.kind === 'json') return { format: 'json', text: json.pretty }
  }
  if (hasOddControls(text)) return { format: 'hex', bytes: owned(payload) }
  return { format: 'text', text, invalidUtf8 }
}

function asJson(payload: Uint8Array): PayloadBody {
  const { text, invalidUtf8 } = textOf(payload)
  // JSON is UTF-8 (RFC 8259, 8.1): what was replaced cannot be vouched for.
  if (invalidUtf8) return { format: 'notJson', text, offset: null }
  const json = formatJson(payload)
  switch (json.kind) {
    case 'json':
      return { format: 'json', text: json.pretty }
    case 'fault':
      return { format: 'notJson', text, offset: json.offset }
    case 'tooDeep':
      return { format: 'text', text, invalidUtf8 }
  }
}

/** The bytes in a buffer of their own: posting a slice to another thread would take its whole buffer along. */
function owned(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes)
}
