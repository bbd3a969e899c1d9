import { REASON_CODE } from '../../../shared/mqtt-codes'
import { malformed, Refusal } from './refusal'

const NOTHING = Buffer.alloc(0)

/** A packet's bytes: `first` is its first byte, and its variable header and payload are from `start` to `end`. */
export type FrameListener = (first: number, bytes: Buffer, start: number, end: number) => void

/** Cuts a stream of bytes into packets (MQTT 5.0, 2.1). */
export class Framer {
  private rest: Buffer = NOTHING
  /** Chunks of a packet that is longer than one chunk, and the bytes still missing. */
  private parts: Buffer[] = []
  private missing = 0
  /** Lengths must have as few bytes as possible, which only MQTT 5 says [MQTT-1.5.5-1]. */
  isStrict = false

  /** `largest` is the size in bytes that a packet may have, with its header. */
  constructor(public largest: number) {}

  /**
   * Calls `frame` for each whole packet; returns false as soon as `frame` does, and keeps the bytes that follow for the next call. Throws
   * Refusal for a length of five bytes and for a packet that is too large, before it is in memory.
   */
  push(chunk: Buffer, frame: (...packet: Parameters<FrameListener>) => boolean): boolean {
    let bytes = chunk
    if (this.missing > 0) {
      this.missing -= chunk.length
      this.parts.push(chunk)
      if (this.missing > 0) return true
      bytes = Buffer.concat(this.parts)
      this.parts = []
      this.missing = 0
    } else if (this.rest.length > 0) {
      bytes = Buffer.concat([this.rest, chunk])
      this.rest = NOTHING
    }
    let at = 0
    while (at < bytes.length) {
      let start = at + 1
      let length = 0
      let shift = 0
      let byte = 0x80
      for (; byte >= 0x80 && start < bytes.length; shift += 7) {
        if (shift === 28) throw malformed('A packet length has more than four bytes (2.1.4).')
        byte = bytes[start++]!
        length |= (byte & 0x7f) << shift
      }
      if (byte >= 0x80) {
        if (shift === 28) throw malformed('A packet length has more than four bytes (2.1.4).')
        this.keep(bytes, at, 0)
        return true
      }
      if (this.isStrict && byte === 0 && shift > 7)
        throw malformed('A packet length has more bytes than it needs [MQTT-1.5.5-1].')
      if (start - at + length > this.largest)
        throw new Refusal(
          `A packet of ${start - at + length} bytes is larger than ${this.largest} bytes, the limit of this broker.`,
          REASON_CODE.PACKET_TOO_LARGE
        )
      const end = start + length
      if (end > bytes.length) {
        this.keep(bytes, at, end - bytes.length)
        return true
      }
      if (!frame(bytes[at]!, bytes, start, end)) {
        if (end < bytes.length) this.keep(bytes, end, 0)
        return false
      }
      at = end
    }
    return true
  }

  private keep(bytes: Buffer, at: number, missing: number): void {
    // A copy, because the chunk may be much longer than what is kept of it.
    const rest = Buffer.from(bytes.subarray(at))
    if (missing > 0) {
      this.parts = [rest]
      this.missing = missing
    } else this.rest = rest
  }
}
