/** Receives packets, each either in one piece or in parts. */
export interface PacketSink {
  /** A packet that lies within one chunk. */
  whole(chunk: Uint8Array, start: number, end: number): void
  /** The start of a packet of `size` bytes; its parts follow. */
  begin(size: number): void
  part(chunk: Uint8Array, start: number, end: number): void
}

/** Fixed header: the type and flags, and at most four bytes of Remaining Length (MQTT 5.0, 2.1.4). */
const MAX_HEADER = 5

/** Finds where control packets begin and end in a stream of bytes, without looking into them. */
export class Framing {
  /** Bytes of the current packet not received yet. */
  private missing = 0
  private readonly header = new Uint8Array(MAX_HEADER)
  private headerLength = 0
  /** The stream is not MQTT: nothing more is reported. */
  private lost = false

  constructor(private readonly sink: PacketSink) {}

  push(chunk: Uint8Array): void {
    let at = 0
    while (at < chunk.length && !this.lost) {
      if (this.missing > 0) at = this.continue(chunk, at)
      else if (this.headerLength === 0) at = this.begin(chunk, at)
      else at = this.gather(chunk, at)
    }
  }

  private continue(chunk: Uint8Array, at: number): number {
    const end = Math.min(chunk.length, at + this.missing)
    this.sink.part(chunk, at, end)
    this.missing -= end - at
    return end
  }

  /** A packet begins within a chunk, and usually ends in it too. */
  private begin(chunk: Uint8Array, at: number): number {
    let length = 0
    let shift = 0
    for (let place = at + 1; place < chunk.length; place++) {
      const byte = chunk[place]!
      length += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) {
        const end = place + 1 + length
        if (end <= chunk.length) {
          this.sink.whole(chunk, at, end)
          return end
        }
        this.sink.begin(end - at)
        this.missing = end - at
        return at
      }
      shift += 7
      if (shift > 21) return this.lose(chunk)
    }
    return this.gather(chunk, at)
  }

  /** Collects a header that is itself split across chunks. */
  private gather(chunk: Uint8Array, at: number): number {
    const { header } = this
    for (let place = at; place < chunk.length; place++) {
      if (this.headerLength === MAX_HEADER) return this.lose(chunk)
      header[this.headerLength++] = chunk[place]!
      if (this.headerLength === 1 || chunk[place]! >= 0x80) continue
      let length = 0
      for (let index = this.headerLength - 1; index > 0; index--)
        length = length * 128 + (header[index]! & 0x7f)
      const size = this.headerLength + length
      this.sink.begin(size)
      this.sink.part(header, 0, this.headerLength)
      this.missing = size - this.headerLength
      this.headerLength = 0
      return place + 1
    }
    return chunk.length
  }

  private lose(chunk: Uint8Array): number {
    this.lost = true
    return chunk.length
  }
}
