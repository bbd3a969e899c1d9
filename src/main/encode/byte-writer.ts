/** Bytes that grow. Big-endian unless a name says otherwise. */
export class ByteWriter {
  private buffer = Buffer.allocUnsafe(256)
  private length = 0

  get bytes(): Uint8Array {
    return new Uint8Array(this.buffer.subarray(0, this.length))
  }

  u8(value: number): void {
    const at = this.room(1)
    this.buffer[at] = value
  }

  u16(value: number): void {
    const at = this.room(2)
    this.buffer.writeUInt16BE(value, at)
  }

  u32(value: number): void {
    const at = this.room(4)
    this.buffer.writeUInt32BE(value, at)
  }

  u64(value: bigint): void {
    const at = this.room(8)
    this.buffer.writeBigUInt64BE(value, at)
  }

  i64(value: bigint): void {
    const at = this.room(8)
    this.buffer.writeBigInt64BE(value, at)
  }

  f64(value: number): void {
    const at = this.room(8)
    this.buffer.writeDoubleBE(value, at)
  }

  u32le(value: number): void {
    const at = this.room(4)
    this.buffer.writeUInt32LE(value, at)
  }

  u64le(value: bigint): void {
    const at = this.room(8)
    this.buffer.writeBigUInt64LE(BigInt.asUintN(64, value), at)
  }

  f32le(value: number): void {
    const at = this.room(4)
    this.buffer.writeFloatLE(value, at)
  }

  f64le(value: number): void {
    const at = this.room(8)
    this.buffer.writeDoubleLE(value, at)
  }

  /** Seven bits a byte, the lowest first; negative numbers as 64 bits. */
  varint(value: bigint | number): void {
    let rest = BigInt.asUintN(64, BigInt(value))
    while (rest > 0x7fn) {
      this.u8(Number(rest & 0x7fn) | 0x80)
      rest >>= 7n
    }
    this.u8(Number(rest))
  }

  raw(bytes: Uint8Array): void {
    const at = this.room(bytes.length)
    this.buffer.set(bytes, at)
  }

  /** Makes room, and returns where it begins. */
  private room(bytes: number): number {
    const at = this.length
    this.length += bytes
    if (this.length > this.buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.length, this.buffer.length * 2))
      larger.set(this.buffer.subarray(0, at))
      this.buffer = larger
    }
    return at
  }
}
