/** One byte of a hex view. */
export interface HexCell {
  /** Offset in the payload. */
  at: number
  hex: string
  /** Its ASCII character, or `·`. */
  text: string
}

/** Bytes per line. */
export const PER_ROW = 16

/** The cells of one line; the last line may be shorter. */
export function cellsOf(bytes: Uint8Array, row: number): HexCell[] {
  const offset = row * PER_ROW
  return Array.from(bytes.subarray(offset, offset + PER_ROW), (byte, index) => ({
    at: offset + index,
    hex: byte.toString(16).padStart(2, '0'),
    text: byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·'
  }))
}

/** An offset as shown before its line. */
export function offsetOf(at: number): string {
  return at.toString(16).padStart(8, '0')
}

/** The formats for copying bytes. */
export const hexCopies = {
  hex: (bytes: Uint8Array): string => Array.from(bytes, hexPair).join(' '),
  text: (bytes: Uint8Array): string => new TextDecoder().decode(bytes),
  base64: (bytes: Uint8Array): string => {
    let characters = ''
    for (const byte of bytes) characters += String.fromCharCode(byte)
    return btoa(characters)
  },
  c: (bytes: Uint8Array): string => `{ ${Array.from(bytes, (byte) => `0x${hexPair(byte)}`).join(', ')} }`
}

function hexPair(byte: number): string {
  return byte.toString(16).padStart(2, '0')
}
