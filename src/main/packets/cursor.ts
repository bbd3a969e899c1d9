/** Reads the fields of a control packet in order. Reading past the end sets `ended`. */
export class Cursor {
  ended = false

  constructor(
    readonly bytes: Uint8Array,
    public at = 0
  ) {}

  byte(): number {
    const byte = this.bytes[this.at++]
    if (byte === undefined) this.ended = true
    return byte ?? 0
  }

  /** Two bytes, big endian. */
  word(): number {
    return this.byte() * 256 + this.byte()
  }

  /** Variable Byte Integer (MQTT 5.0, 1.5.5). */
  variable(): number {
    let value = 0
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.byte()
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) break
    }
    return value
  }

  /** Binary data or a string: two bytes of length, then the bytes. */
  binary(): Uint8Array {
    const length = this.word()
    const found = this.bytes.subarray(this.at, this.at + length)
    if (found.length < length) this.ended = true
    this.at += length
    return found
  }

  text(): string {
    return Buffer.from(this.binary()).toString()
  }

  /** Skips a list of properties (MQTT 5.0, 2.2.2). */
  skipProperties(): void {
    const length = this.variable()
    this.at += length
  }
}

/** A cursor after the fixed header. */
export function afterHeader(packet: Uint8Array): Cursor {
  const cursor = new Cursor(packet, 1)
  cursor.variable()
  return cursor
}
