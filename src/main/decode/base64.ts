import { faultAt } from './fault'

/** Shorter text is as likely to be a word as Base64. */
const MIN_LENGTH = 24

/** The prefix of Base64 in a `data:` URL (RFC 2397). */
const DATA_URL = /^\s{0,20}data:[^,]{0,200};base64,/

/** The bytes of Base64 text: either alphabet of RFC 4648, with or without padding, line breaks or a `data:` URL around it. Throws MALFORMED. */
export function fromBase64(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
  const start = DATA_URL.exec(text)?.[0].length ?? 0
  const strange = text.slice(start).search(/[^A-Za-z0-9+/_\-=\s]|=[^=\s]/)
  if (strange >= 0) throw faultAt('MALFORMED', start + strange)
  const digits = text.slice(start).replace(/[\s=]/g, '')
  if (digits.length % 4 === 1) throw faultAt('ENDS_EARLY', bytes.length)
  return Buffer.from(digits, 'base64')
}

/** Whether text looks like Base64, so that decoding it is worth trying. */
export function looksBase64(text: string): boolean {
  return text.length >= MIN_LENGTH && !/[^A-Za-z0-9+/_\-=\s]/.test(text.replace(DATA_URL, ''))
}
