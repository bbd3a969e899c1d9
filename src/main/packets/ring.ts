import type { PacketDirection } from '../../shared/contract/packets'

/** What is kept at most. */
export interface RingSize {
  packets: number
  /** More than PACKET_BYTES. */
  bytes: number
}

const defaultSize: RingSize = { packets: 50_000, bytes: 32 * 1_048_576 }
/** Bytes of one packet kept at most. */
export const PACKET_BYTES = 65_536

/** A packet in the ring. */
export interface KeptPacket {
  /** Sequence number among all packets, from 1. */
  number: number
  /** µs since 1970 UTC. */
  at: number
  direction: PacketDirection
  /** Sequence number of the network connection. */
  connection: number
  /** Size of the whole packet, in bytes; `bytes` holds as many of them as are kept. */
  size: number
  bytes: Uint8Array
}

/** The newest control packets, with their bytes in one circular buffer: keeping a packet allocates no object. */
export class PacketRing {
  /** Packets received so far, including those no longer kept. */
  count = 0
  private oldest = 1
  private readonly memory: Buffer
  /** Write position of the next packet's bytes. It never wraps. */
  private head = 0
  private readonly times: Float64Array
  private readonly offsets: Float64Array
  private readonly kept: Uint32Array
  private readonly sizes: Uint32Array
  /** Connection number times two, plus one if outbound. */
  private readonly ways: Uint32Array
  private room = 0

  constructor(private readonly most: RingSize = defaultSize) {
    this.memory = Buffer.allocUnsafeSlow(most.bytes)
    this.times = new Float64Array(most.packets)
    this.offsets = new Float64Array(most.packets)
    this.kept = new Uint32Array(most.packets)
    this.sizes = new Uint32Array(most.packets)
    this.ways = new Uint32Array(most.packets)
  }

  /** Begins a packet of `size` bytes. Its bytes follow. */
  begin(at: number, out: boolean, connection: number, size: number): void {
    const room = Math.min(size, PACKET_BYTES)
    // Keep a packet's bytes contiguous: skip the rest of the buffer if they do not fit.
    const left = this.most.bytes - (this.head % this.most.bytes)
    if (room > left) this.head += left
    const slot = this.count++ % this.most.packets
    this.times[slot] = at
    this.offsets[slot] = this.head
    this.kept[slot] = 0
    this.sizes[slot] = size
    this.ways[slot] = connection * 2 + (out ? 1 : 0)
    this.room = room
    this.head += room
    const { offsets } = this
    this.oldest = Math.max(this.oldest, this.count - this.most.packets + 1)
    while (offsets[(this.oldest - 1) % this.most.packets]! < this.head - this.most.bytes) this.oldest++
  }

  /** Appends bytes to the current packet; those beyond PACKET_BYTES are dropped. */
  append(chunk: Uint8Array, start: number, end: number): void {
    const slot = (this.count - 1) % this.most.packets
    const length = Math.min(end - start, this.room)
    if (length <= 0) return
    const to = (this.offsets[slot]! % this.most.bytes) + this.kept[slot]!
    if (length > 48) this.memory.set(chunk.subarray(start, start + length), to)
    else for (let index = 0; index < length; index++) this.memory[to + index] = chunk[start + index]!
    this.kept[slot]! += length
    this.room -= length
  }

  /** Number of the oldest packet in the ring; above `count` if it is empty. */
  get first(): number {
    return this.oldest
  }

  get bytes(): number {
    if (this.oldest > this.count) return 0
    return this.head - this.offsets[(this.oldest - 1) % this.most.packets]!
  }

  /** Returns a packet, or null if it is gone. Its bytes are a view of the ring, which is overwritten once the packet is dropped. */
  get(number: number): KeptPacket | null {
    if (number < this.oldest || number > this.count) return null
    const slot = (number - 1) % this.most.packets
    const from = this.offsets[slot]! % this.most.bytes
    return {
      number,
      at: this.times[slot]!,
      direction: this.ways[slot]! % 2 === 1 ? 'out' : 'in',
      connection: Math.floor(this.ways[slot]! / 2),
      size: this.sizes[slot]!,
      bytes: this.memory.subarray(from, from + this.kept[slot]!)
    }
  }
}
