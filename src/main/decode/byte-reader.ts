import { isUtf8 } from 'node:buffer'
import { faultAt } from './fault'

/**
 * Reads bytes in order. Reading past the end throws ENDS_EARLY with the position of the read. If the bytes are only the start of a payload
 * (`partial`), a string that is cut off is returned as far as it goes.
 */
export class ByteReader {
  at = 0
  private readonly view: DataView

  constructor(
    readonly bytes: Uint8Array,
    readonly partial = false,
    /** Offset of these bytes in the decoded payload. */
    readonly base = 0
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** Offset of the next byte in the decoded payload. */
  get position(): number {
    return this.base + this.at
  }

  get left(): number {
    return this.bytes.length - this.at
  }

  u8(): number {
    return this.view.getUint8(this.advance(1))
  }

  /** Big-endian, as are the others unless their name says otherwise. */
  u16(): number {
    return this.view.getUint16(this.advance(2))
  }

  u32(): number {
    return this.view.getUint32(this.advance(4))
  }

  u64(): bigint {
    return this.view.getBigUint64(this.advance(8))
  }

  i8(): number {
    return this.view.getInt8(this.advance(1))
  }

  i16(): number {
    return this.view.getInt16(this.advance(2))
  }

  i32(): number {
    return this.view.getInt32(this.advance(4))
  }

  i64(): bigint {
    return this.view.getBigInt64(this.advance(8))
  }

  f32(little = false): number {
    return this.view.getFloat32(this.advance(4), little)
  }

  f64(little = false): number {
    return this.view.getFloat64(this.advance(8), little)
  }

  u32le(): number {
    return this.view.getUint32(this.advance(4), true)
  }

  u64le(): bigint {
    return this.view.getBigUint64(this.advance(8), true)
  }

  take(length: number): Uint8Array {
    const from = this.advance(this.partial ? Math.min(length, Math.max(this.left, 1)) : length)
    return this.bytes.subarray(from, this.at)
  }

  /** UTF-8 text. Throws NOT_UTF8. */
  text(length: number): string {
    const from = this.position
    const bytes = this.take(length)
    if (bytes.length < length) return new TextDecoder().decode(bytes, { stream: true })
    if (!isUtf8(bytes)) throw faultAt('NOT_UTF8', from)
    return Buffer.from(bytes.buffer, bytes.byteOffset, length).toString()
  }

  /** A variable-length integer of at most 64 bits: seven bits per byte, least significant first (Protobuf, Avro). */
  varint(): bigint {
    let low = 0
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.u8()
      low |= (byte & 0x7f) << shift
      if (byte < 0x80) return BigInt(low)
    }
    let value = BigInt(low)
    for (let shift = 28n; shift < 70n; shift += 7n) {
      const byte = this.u8()
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return BigInt.asUintN(64, value)
    }
    throw faultAt('MALFORMED', this.position - 1, 'varint')
  }

  /** Like varint(), for small values such as tags and lengths. Exact below 2^53. */
  short(): number {
    const { bytes, at } = this
    const first = bytes[at]
    if (first === undefined || first < 0x80) return this.u8()
    const second = bytes[at + 1]
    if (second === undefined || second >= 0x80) return Number(this.varint())
    this.at += 2
    return (first & 0x7f) | (second << 7)
  }

  /** Throws TRAILING_BYTES if bytes are left. */
  expectEnd(): void {
    if (this.left > 0) throw faultAt('TRAILING_BYTES', this.position)
  }

  private advance(length: number): number {
    const from = this.at
    if (length > this.bytes.length - from) throw faultAt('ENDS_EARLY', this.base + from)
    this.at = from + length
    return from
  }
}
