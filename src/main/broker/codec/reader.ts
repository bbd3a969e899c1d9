import { malformed } from './refusal'
import { checkText } from './text'

const EMPTY = Buffer.alloc(0)

/** Reads the fields of a packet one after another (MQTT 5.0, 1.5). Throws Refusal where the bytes end too early. */
export class Reader {
  bytes: Buffer = EMPTY
  at = 0
  private end = 0

  /** Starts to read the bytes from `start` to `end`. One reader serves all packets of a connection. */
  reset(bytes: Buffer, start: number, end: number): void {
    this.bytes = bytes
    this.at = start
    this.end = end
  }

  get atEnd(): boolean {
    return this.at >= this.end
  }

  expectEnd(): void {
    if (!this.atEnd) throw malformed('There are bytes after the last field.')
  }

  /** Moves behind `length` bytes and returns where they begin. */
  skip(length: number): number {
    const { at } = this
    if (at + length > this.end) throw malformed('A field is cut off.')
    this.at = at + length
    return at
  }

  u8(): number {
    return this.bytes[this.skip(1)]!
  }

  u16(): number {
    const at = this.skip(2)
    return (this.bytes[at]! << 8) | this.bytes[at + 1]!
  }

  u32(): number {
    return this.bytes.readUInt32BE(this.skip(4))
  }

  /** A variable byte integer, in as few bytes as possible [MQTT-1.5.5-1]. */
  varint(): number {
    let value = 0
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.u8()
      value |= (byte & 0x7f) << shift
      if (byte >= 0x80) continue
      if (byte === 0 && shift > 0) throw malformed('A length has more bytes than it needs [MQTT-1.5.5-1].')
      return value
    }
    throw malformed('A length has more than four bytes (1.5.5).')
  }

  /** Binary data, copied, because the packet's bytes are reused. */
  binary(): Buffer {
    const length = this.u16()
    const at = this.skip(length)
    return Buffer.from(this.bytes.subarray(at, at + length))
  }

  text(): string {
    const start = this.at + 2
    this.checkText()
    return this.bytes.toString('utf8', start, this.at)
  }

  checkText(): void {
    const length = this.u16()
    const at = this.skip(length)
    checkText(this.bytes, at, at + length)
  }
}
