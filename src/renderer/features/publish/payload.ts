import { readHex } from '../../ui/hex-digits'

/** How the user enters a payload. */
export type PayloadKind = 'text' | 'json' | 'hex' | 'base64' | 'file'

/** An error in a typed payload, and its UTF-16 offset if known. */
export interface PayloadFault {
  code: 'NOT_JSON' | 'NOT_HEX' | 'ODD_HEX' | 'NOT_BASE64' | 'NO_FILE'
  offset: number | null
}

export type TypedPayload = { bytes: Uint8Array } | { fault: PayloadFault }

const encoder = new TextEncoder()

/** Converts a typed payload to bytes, or returns its fault. JSON is sent exactly as typed. */
export function typedPayload(kind: Exclude<PayloadKind, 'file'>, text: string): TypedPayload {
  switch (kind) {
    case 'text':
      return { bytes: encoder.encode(text) }
    case 'json':
      return jsonFault(text) ?? { bytes: encoder.encode(text) }
    case 'hex':
      return hexBytes(text)
    case 'base64':
      return base64Bytes(text)
  }
}

function jsonFault(text: string): { fault: PayloadFault } | null {
  try {
    JSON.parse(text)
    return null
  } catch (error) {
    const position = /position (\d+)/.exec((error as Error).message)?.[1]
    return { fault: { code: 'NOT_JSON', offset: position === undefined ? null : Number(position) } }
  }
}

function hexBytes(text: string): TypedPayload {
  const read = readHex(text)
  if ('bytes' in read) return read
  return { fault: { code: read.offset === null ? 'ODD_HEX' : 'NOT_HEX', offset: read.offset } }
}

/** Reads both alphabets of RFC 4648, with or without padding. */
function base64Bytes(text: string): TypedPayload {
  const plain = text.replace(/\s/g, '').replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '')
  try {
    return { bytes: Uint8Array.from(atob(plain), (character) => character.charCodeAt(0)) }
  } catch {
    return { fault: { code: 'NOT_BASE64', offset: null } }
  }
}

/** Converts a payload to text for the clipboard: UTF-8 as it is, anything else as hex digits. */
export function asText(bytes: Uint8Array): { text: string; hex: boolean } {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes), hex: false }
  } catch {
    return { text: Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' '), hex: true }
  }
}
