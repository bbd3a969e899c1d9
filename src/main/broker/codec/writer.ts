/** Writes the fields of a packet one after another into a buffer that is large enough (MQTT 5.0, 1.5). */
export class Writer {
  at = 0

  constructor(readonly bytes: Buffer) {}

  u8(value: number): void {
    this.bytes[this.at++] = value
  }

  u16(value: number): void {
    this.bytes[this.at++] = value >> 8
    this.bytes[this.at++] = value & 0xff
  }

  u32(value: number): void {
    this.at = this.bytes.writeUInt32BE(value, this.at)
  }

  varint(value: number): void {
    let rest = value
    for (; rest > 0x7f; rest = Math.floor(rest / 128)) this.u8((rest & 0x7f) | 0x80)
    this.u8(rest)
  }

  text(value: string): void {
    const length = this.bytes.write(value, this.at + 2)
    this.u16(length)
    this.at += length
  }

  put(value: Uint8Array): void {
    this.bytes.set(value, this.at)
    this.at += value.length
  }
}

/** Bytes that a variable byte integer takes up. */
export function varintLength(value: number): number {
  if (value < 128) return 1
  if (value < 16_384) return 2
  return value < 2_097_152 ? 3 : 4
}
