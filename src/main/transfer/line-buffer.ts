const QUOTE = 0x22
const BACKSLASH = 0x5c

/** JSON's short escapes: the letter after the backslash (ECMA-404, 9); others are written as \\u00xx. */
const SHORT_ESCAPES = new Map([
  [0x08, 'b'],
  [0x09, 't'],
  [0x0a, 'n'],
  [0x0c, 'f'],
  [0x0d, 'r']
])

/**
 * Builds lines as bytes in memory that is reused: as strings, they would be allocated and discarded
 * several times.
 */
export class LineBuffer {
  private bytes = Buffer.allocUnsafe(65_536)
  length = 0

  /** The bytes written so far. Valid until the next write. */
  get written(): Buffer {
    return this.bytes.subarray(0, this.length)
  }

  clear(): void {
    this.length = 0
  }

  /** Appends ASCII text. */
  ascii(text: string): void {
    this.reserve(text.length)
    const { bytes } = this
    for (let i = 0; i < text.length; i++) bytes[this.length++] = text.charCodeAt(i)
  }

  /** Appends any text, as UTF-8. */
  text(text: string): void {
    this.reserve(text.length * 3)
    this.length += this.bytes.write(text, this.length)
  }

  copy(from: Uint8Array): void {
    this.reserve(from.length)
    this.bytes.set(from, this.length)
    this.length += from.length
  }

  /** Appends UTF-8 as a quoted JSON string. */
  json(utf8: Uint8Array): void {
    this.reserve(utf8.length * 6 + 2)
    const { bytes } = this
    let at = this.length
    bytes[at++] = QUOTE
    for (let i = 0; i < utf8.length; i++) {
      const byte = utf8[i]!
      if (byte >= 0x20 && byte !== QUOTE && byte !== BACKSLASH) {
        bytes[at++] = byte
        continue
      }
      bytes[at++] = BACKSLASH
      if (byte >= 0x20) bytes[at++] = byte
      else
        at += bytes.write(SHORT_ESCAPES.get(byte) ?? `u00${byte.toString(16).padStart(2, '0')}`, at, 'latin1')
    }
    bytes[at++] = QUOTE
    this.length = at
  }

  /** Appends UTF-8 as a quoted CSV field (RFC 4180, 2.7), behind `prefix`: inner quotes are doubled. */
  csv(utf8: Uint8Array, prefix = ''): void {
    this.reserve(utf8.length * 2 + 2 + prefix.length)
    const { bytes } = this
    let at = this.length
    bytes[at++] = QUOTE
    at += bytes.write(prefix, at, 'latin1')
    for (let i = 0; i < utf8.length; i++) {
      const byte = utf8[i]!
      bytes[at++] = byte
      if (byte === QUOTE) bytes[at++] = QUOTE
    }
    bytes[at++] = QUOTE
    this.length = at
  }

  private reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return
    const larger = Buffer.allocUnsafe(Math.max(this.length + more, this.bytes.length * 2))
    this.bytes.copy(larger, 0, 0, this.length)
    this.bytes = larger
  }
}
