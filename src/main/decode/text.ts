import { isUtf8 } from 'node:buffer'
import type { TextEncoding } from '../../shared/contract/decode'

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/** Decodes UTF-8 text, keeping a byte order mark. Invalid bytes become U+FFFD and are reported. */
export function textOf(bytes: Uint8Array): { text: string; invalidUtf8: boolean } {
  return { text: utf8.decode(bytes), invalidUtf8: !isUtf8(bytes) }
}

/** Decodes text in an encoding. Invalid bytes become U+FFFD and are reported. */
export function decodeText(bytes: Uint8Array, encoding: TextEncoding): { text: string; invalid: boolean } {
  if (encoding === 'utf-8') {
    const { text, invalidUtf8 } = textOf(bytes)
    return { text, invalid: invalidUtf8 }
  }
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes), invalid: false }
  } catch {
    return { text: new TextDecoder(encoding).decode(bytes), invalid: true }
  }
}

/** The encoding named by a UTF-16 byte order mark; null without one. */
export function markedUtf16(bytes: Uint8Array): TextEncoding | null {
  if (bytes.length % 2 === 1) return null
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : null
}

/** Whether text has control characters that do not occur in text files: DEL, and C0 except tab, line feed and carriage return. */
export function hasOddControls(text: string): boolean {
  // eslint-disable-next-line no-control-regex -- control characters are what is sought
  return /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(text)
}
