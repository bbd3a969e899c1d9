import type { Qos } from '../../../shared/message'

const NONE = Buffer.alloc(0)

/** Kept messages share buffers of this many bytes, as far as they are shorter than a quarter of it. */
const SLAB = 16_384

let slab = Buffer.allocUnsafeSlow(SLAB)
let slabUsed = 0

/** A buffer, and where in it `length` bytes are free. */
function placeFor(length: number): [bytes: Buffer, at: number] {
  if (length > SLAB / 4) return [Buffer.allocUnsafeSlow(length), 0]
  if (slabUsed + length > SLAB) [slab, slabUsed] = [Buffer.allocUnsafeSlow(SLAB), 0]
  slabUsed += length
  return [slab, slabUsed - length]
}

/** What a message has besides topic and payload. */
export interface MessageOptions {
  qos?: Qos
  retain?: boolean
  /** Encoded properties that subscribers get unaltered. */
  properties?: Buffer
  /** Message Expiry Interval in seconds; null: none. */
  expiry?: number | null
}

/**
 * An application message on its way through the broker. Topic and payload stay in the bytes that came from the network, so that they are
 * copied once, into the packets for subscribers; `detach` copies them out for a message that is kept.
 */
export class Message {
  /** Client id of the publisher; empty: the broker itself. */
  publisher = ''
  /** When the broker took it, in ms since 1970 UTC. */
  receivedAt = 0
  readonly qos: Qos
  readonly retain: boolean
  readonly properties: Buffer
  readonly expiry: number | null

  /**
   * `topicAt` is where the topic's length begins in `bytes`, `payloadAt` where the payload does. `name` is the topic; null: read it from the
   * bytes when it is needed.
   */
  constructor(
    private name: string | null,
    private bytes: Buffer,
    private topicAt: number,
    private payloadAt: number,
    private payloadEnd: number,
    { qos = 0, retain = false, properties = NONE, expiry = null }: MessageOptions = {}
  ) {
    this.qos = qos
    this.retain = retain
    this.properties = properties
    this.expiry = expiry
  }

  /** A message with bytes of its own. */
  static of(topic: string, payload: Uint8Array, options?: MessageOptions): Message {
    const length = Buffer.byteLength(topic)
    const bytes = Buffer.allocUnsafe(2 + length + payload.length)
    bytes.writeUInt16BE(length, 0)
    bytes.write(topic, 2)
    bytes.set(payload, 2 + length)
    return new Message(topic, bytes, 0, 2 + length, bytes.length, options)
  }

  get topic(): string {
    return this.name ?? this.bytes.toString('utf8', this.topicAt + 2, this.topicAt + this.topicLength)
  }

  get payload(): Buffer {
    return this.bytes.subarray(this.payloadAt, this.payloadEnd)
  }

  /** Bytes of the topic with its length. */
  get topicLength(): number {
    return 2 + ((this.bytes[this.topicAt]! << 8) | this.bytes[this.topicAt + 1]!)
  }

  get payloadLength(): number {
    return this.payloadEnd - this.payloadAt
  }

  /** Bytes that the message takes up in a queue, roughly. */
  get size(): number {
    return this.topicLength + this.payloadLength + this.properties.length
  }

  /** Copies the topic with its length to `target`; returns where it ends there. */
  copyTopic(target: Buffer, at: number): number {
    const { topicLength } = this
    this.bytes.copy(target, at, this.topicAt, this.topicAt + topicLength)
    return at + topicLength
  }

  copyPayload(target: Buffer, at: number): number {
    this.bytes.copy(target, at, this.payloadAt, this.payloadEnd)
    return at + this.payloadLength
  }

  /**
   * Copies the message's bytes out of the network buffer, which would otherwise stay in memory as long as the message. The topic is read
   * from them when it is needed: a million kept messages take up half the memory without it.
   */
  detach(): void {
    if (this.name === null) return
    const [bytes, at] = placeFor(this.topicLength + this.payloadLength)
    const topicEnd = this.copyTopic(bytes, at)
    this.payloadEnd = this.copyPayload(bytes, topicEnd)
    this.payloadAt = topicEnd
    this.topicAt = at
    this.bytes = bytes
    this.name = null
  }

  /** The same message with the topic that its Topic Alias stands for. */
  withTopic(topic: string): Message {
    return Message.of(topic, this.payload, this)
  }

  /** Whole seconds until it expires at `now` (ms since 1970 UTC), at least 0; null: never (MQTT 5.0, 3.3.2.3.3). */
  secondsLeft(now: number): number | null {
    if (this.expiry === null) return null
    return Math.max(0, this.expiry - Math.floor((now - this.receivedAt) / 1_000))
  }

  isExpired(now: number): boolean {
    return this.expiry !== null && now - this.receivedAt >= this.expiry * 1_000
  }
}
