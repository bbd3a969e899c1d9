import type { Duplex } from 'node:stream'
import type { Clock } from './clock'
import { publishLength, writePublish, type PublishOptions } from '../codec/encode-publish'
import type { Message } from '../codec/message'
import { varintLength, Writer } from '../codec/writer'
import type { Tap } from './hooks'
import type { Traffic } from './traffic'

/** First and largest size of the buffer that packets are gathered in, in bytes. */
const SMALLEST = 256
const LARGEST = 65_536
/** A payload of this many bytes is handed to the stream as it is. */
const LONG_PAYLOAD = 8_192
/** Bytes that the stream gets at once. The rest follows when it has sent them, so that progress shows. */
const AT_ONCE = 262_144
/** Bytes waiting from which on QoS 1 and 2 messages wait in their session instead. */
const FULL = 1_000_000

/** Flushes outputs at the end of the event loop's turn. */
export class Flusher {
  private waiting: Output[] = []

  constructor(private readonly clock: Clock) {}

  add(output: Output): void {
    this.waiting.push(output)
    if (this.waiting.length === 1) this.clock.soon(() => this.flush())
  }

  private flush(): void {
    const { waiting } = this
    this.waiting = []
    for (const output of waiting) output.flush()
  }
}

/** The packets to one client, gathered until the end of the event loop's turn and then written at once. */
export class Output {
  private writer: Writer | null = null
  private nextSize = SMALLEST
  private pieces: Buffer[] = []
  private gathered = 0
  /** Who sees the connection's packets; null: nobody. */
  private taps: Set<Tap> | null = null
  /** Bytes that a link holds back. */
  held = 0
  /** It is flushed at the end of this turn. */
  private isMarked = false

  constructor(
    private readonly stream: Duplex,
    private readonly flusher: Flusher,
    private readonly traffic: Traffic
  ) {}

  /** Bytes that the network has not taken yet. */
  get pending(): number {
    return this.gathered + this.held + this.stream.writableLength
  }

  get isFull(): boolean {
    return this.pending > FULL
  }

  /** Shows the connection's packets to somebody; returns a function that ends it. */
  watch(tap: Tap): () => void {
    const taps = (this.taps ??= new Set())
    taps.add(tap)
    return () => {
      taps.delete(tap)
      if (taps.size === 0 && this.taps === taps) this.taps = null
    }
  }

  get isWatched(): boolean {
    return this.taps !== null
  }

  tell(what: keyof Tap, bytes: Uint8Array): void {
    for (const tap of this.taps ?? []) tap[what](bytes)
  }

  packet(bytes: Uint8Array): void {
    this.room(bytes.length).put(bytes)
    if (this.taps) this.tell('sent', bytes)
    this.count(bytes.length)
  }

  /** Returns false if the packet would be larger than `largest` bytes [MQTT-3.1.2-24]. */
  publish(message: Message, options: PublishOptions, largest: number): boolean {
    const lengths = publishLength(message, options)
    const size = 1 + varintLength(lengths.body) + lengths.body
    if (size > largest) return false
    this.count(size)
    if (message.payloadLength >= LONG_PAYLOAD) {
      const head = this.room(size - message.payloadLength)
      writePublish(head, message, options, lengths)
      if (this.taps) {
        this.tell('sent', head.bytes.subarray(head.at - (size - message.payloadLength), head.at))
        this.tell('sent', message.payload)
      }
      this.seal()
      this.pieces.push(message.payload)
      return true
    }
    const writer = this.room(size)
    writePublish(writer, message, options, lengths)
    writer.at = message.copyPayload(writer.bytes, writer.at)
    if (this.taps) this.tell('sent', writer.bytes.subarray(writer.at - size, writer.at))
    return true
  }

  /** Hands bytes to the stream: as many as it should have at once, or all. */
  flush(all = false): void {
    this.isMarked = false
    if (this.gathered === 0) return
    this.nextSize = Math.min(LARGEST, Math.max(SMALLEST, this.gathered * 2))
    this.seal()
    const { pieces, stream, gathered } = this
    stream.cork()
    let count = 0
    for (; count < pieces.length && (all || stream.writableLength < AT_ONCE); count++) {
      const piece = pieces[count]!
      this.gathered -= piece.length
      stream.write(piece)
    }
    stream.uncork()
    this.traffic.bytesSent += gathered - this.gathered
    this.pieces = count === pieces.length ? [] : pieces.slice(count)
  }

  private count(bytes: number): void {
    if (!this.isMarked) this.flusher.add(this)
    this.isMarked = true
    this.gathered += bytes
  }

  private room(length: number): Writer {
    const { writer } = this
    if (writer && writer.at + length <= writer.bytes.length) return writer
    if (writer) this.nextSize = Math.min(LARGEST, writer.bytes.length * 2)
    this.seal()
    return (this.writer = new Writer(Buffer.allocUnsafe(Math.max(length, this.nextSize))))
  }

  private seal(): void {
    const { writer } = this
    if (writer && writer.at > 0) this.pieces.push(writer.bytes.subarray(0, writer.at))
    this.writer = null
  }
}
