import { isUtf8 } from 'node:buffer'

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** Bytes as UTF-8 text, a byte order mark included. Bytes that are not valid UTF-8 become U+FFFD and are reported. */
export function textOf(bytes: Uint8Array): { text: string; invalidUtf8: boolean } {
  return { text: decoder.decode(bytes), invalidUtf8: !isUtf8(bytes) }
}

/** Whether text has control characters that no text file would: all of C0 but tab, line feed and carriage return; DEL. */
export function hasOddControls(text: string): boolean {
  // eslint-disable-next-line no-control-regex -- control characters are what is sought
  return /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(text)
}
