import type { Duplex } from 'node:stream'
import type { MqttVersion } from '../../../shared/contract/profiles'
import { REASON_CODE } from '../../../shared/mqtt-codes'
import { Decoder } from '../codec/decode'
import { connack, disconnect } from '../codec/encode'
import { Framer } from '../codec/framer'
import { TYPE, type Connect, type Packet } from '../codec/packet'
import { PROPERTY } from '../codec/properties'
import type { Refusal } from '../codec/refusal'
import { varintLength } from '../codec/writer'
import type { Applicant, Asker, CloseCause, ListenerPlace, Tap, Watchable } from './hooks'
import type { Link } from './link'
import { Output } from './output'
import type { Parts } from './parts'
import type { Holdable } from './pressure'
import { CONNECT_BYTES } from './quota'
import { asRefusal, reportOf, withoutPassword, type RefusalReport } from './refusal-report'

/** How long a closed connection may take to send what was written, in ms. */
const LINGER = 500

const NO_BYTES = Buffer.alloc(0)

const malformedCodes: number[] = [REASON_CODE.MALFORMED_PACKET, REASON_CODE.PROTOCOL_ERROR]

/** Who takes a connection's packets: first the handshake, then the client. */
export interface Receiver {
  /** May throw Refusal. */
  packet(packet: Packet): void
  /** The connection is over. */
  gone(): void
}

/** Where a connection comes from. */
interface Origin {
  address: string
  isObserver: boolean
  listener: ListenerPlace | undefined
}

/** One network connection: bytes to packets and back (MQTT 5.0, 4.2), and its end (4.13). */
export class Connection implements Applicant, Watchable, Holdable {
  readonly address: string
  readonly isObserver: boolean
  readonly listener?: ListenerPlace
  /** An MQTT-SN client that sleeps: the gateway supervises it instead of the keep alive (MQTT-SN 1.2, 6.14). */
  isAsleep = false
  clientId = ''
  username: string | null = null
  /** Maximum Packet Size of the client, in bytes. */
  largest = Infinity
  /** The CONNECT was accepted. */
  isAccepted = false
  /** When the last packet came, in ms since 1970 UTC. */
  heardAt: number
  readonly output: Output
  /** undefined: packets pass without anybody between. */
  link: Link | undefined
  /** What waits for room in `output` calls back here. */
  drained: (() => void) | undefined
  private readonly decoder: Decoder
  private readonly framer: Framer
  private holds = 0
  private isClosed = false
  /** What waits until `release`; null: nothing has to. */
  private suspended: (() => void)[] | null = null
  private receiver: Receiver | null = null

  constructor(
    readonly stream: Duplex,
    { address, isObserver, listener }: Origin,
    private readonly parts: Parts,
    private readonly events: { refused(report: RefusalReport): void; ended(connection: Connection): void }
  ) {
    this.address = address
    this.isObserver = isObserver
    if (listener) this.listener = listener
    this.heardAt = parts.clock.now()
    this.output = new Output(stream, parts.flusher, parts.traffic)
    this.decoder = new Decoder(parts.limits.topicAliases)
    this.framer = new Framer(Math.min(parts.limits.packetSize, CONNECT_BYTES))
  }

  get version(): MqttVersion {
    return this.decoder.version ?? 4
  }

  get closed(): boolean {
    return this.isClosed
  }

  open(receiver: Receiver): void {
    this.receiver = receiver
    const { stream } = this
    stream.on('data', (chunk: Buffer) => this.data(chunk))
    // What answers the client's last packets is still sent. A client that only ends its own side must not keep the other one open.
    stream.on('end', () => this.afterwards(() => this.end()))
    stream.on('drain', () => this.drained?.())
    // `close` follows.
    stream.on('error', () => undefined)
    stream.on('close', () => {
      // A stream that failed while it was paused still has what it received.
      const rest = stream.read() as Buffer | null
      if (rest) this.data(rest)
      this.afterwards(() => this.gone())
    })
  }

  /** The CONNECT was accepted: `receiver` takes the packets from now on. */
  accept(receiver: Receiver): void {
    this.isAccepted = true
    this.framer.isStrict = this.version === 5
    this.framer.largest = this.parts.limits.packetSize
    this.receiver = receiver
  }

  /** Stops reading until `resume` was called as often. */
  hold(): void {
    if (this.holds++ === 0) this.stream.pause()
  }

  resume(): void {
    if (--this.holds === 0) this.stream.resume()
  }

  /** Lets what comes from the client wait until `release`. */
  suspend(): void {
    this.suspended = []
    this.hold()
  }

  /** Calls `before`, which may throw Refusal as a receiver may, and then goes on with what has waited. */
  release(before: () => void): void {
    if (this.isClosed) return
    const waiting = this.suspended ?? []
    this.suspended = null
    this.resume()
    try {
      before()
    } catch (error) {
      return this.refuse(asRefusal(error), NO_BYTES)
    }
    this.read(NO_BYTES)
    for (const work of waiting) work()
  }

  /** Sends a packet, unless it is larger than the client takes [MQTT-3.1.2-24], [MQTT-3.1.2-25]. */
  send(packet: Uint8Array): void {
    if (this.isClosed) return
    // Without this answer, the client would wait for ever.
    if (packet.length > this.largest)
      return this.end(ended(REASON_CODE.PACKET_TOO_LARGE, 'An answer is larger than the client takes.'))
    this.parts.traffic.packetsSent++
    ;(this.link ?? this.output).packet(packet)
  }

  watch(tap: Tap): () => void {
    return this.output.watch(tap)
  }

  /** Ends the connection; an MQTT 5 client is told the reason. `other`: the client that takes over its session. */
  close(reasonCode: number, reason = '', other: Asker | null = null): void {
    if (this.isClosed) return
    if (this.isAccepted && this.version === 5)
      this.explain(reason, (properties) => disconnect(reasonCode, properties))
    this.end(ended(reasonCode, reason, other))
  }

  /** Refuses the client and tells it why: in a CONNACK before it was accepted, in a DISCONNECT afterwards (MQTT 5.0, 4.13.1). */
  refuse(refusal: Refusal, packet: Buffer): void {
    if (this.isClosed) return
    const report = reportOf(refusal, this, packet, this.parts.clock.now())
    this.events.refused(report)
    const { reasonCode, reason } = report
    if (this.isAccepted) return this.close(reasonCode, reason)
    if (this.mayAnswer(reasonCode)) {
      // A client of an unknown version is told so as in MQTT 5 [MQTT-3.1.2-2].
      const version = this.decoder.version ?? 5
      this.explain(this.version === 5 ? reason : '', (properties) =>
        connack(version, { sessionPresent: false, reasonCode, properties })
      )
    }
    this.end(ended(reasonCode, reason))
  }

  /** Sends a packet with a Reason String, if it is not too large with it [MQTT-3.2.2-19], [MQTT-3.14.2-3]. */
  private explain(reason: string, packet: (properties: [number, string][]) => Buffer): void {
    const whole = packet(reason === '' ? [] : [[PROPERTY.REASON_STRING, reason]])
    this.send(whole.length > this.largest ? packet([]) : whole)
  }

  /** Before MQTT 5, a malformed CONNECT gets no answer [MQTT-3.1.4-1 of 3.1.1]; anything but a CONNECT never gets one. */
  private mayAnswer(reasonCode: number): boolean {
    if (!this.decoder.sawConnect) return false
    return this.version === 5 || !malformedCodes.includes(reasonCode)
  }

  /** Ends the connection without a word. */
  end(cause: CloseCause = GONE): void {
    if (this.isClosed) return
    this.isClosed = true
    this.link?.flush()
    this.output.flush(true)
    this.stream.end()
    this.parts.clock.after(LINGER, () => this.stream.destroy())
    this.finish(cause)
  }

  /** Ends the connection as a network does that fails: what was not sent is lost. */
  cut(): void {
    this.stream.destroy()
    this.gone()
  }

  private gone(): void {
    if (this.isClosed) return
    this.isClosed = true
    this.finish(GONE)
  }

  private finish(cause: CloseCause): void {
    this.link?.closed()
    this.parts.hooks.closed?.(this, cause, this.isAccepted)
    this.receiver?.gone()
    this.events.ended(this)
  }

  private afterwards(work: () => void): void {
    if (this.link) this.link.afterwards(work)
    else work()
  }

  private data(chunk: Buffer): void {
    if (this.isClosed) return
    this.parts.traffic.bytesReceived += chunk.length
    if (this.link) this.link.bytes(chunk)
    else this.read(chunk)
  }

  /** Takes bytes of the client. */
  read(chunk: Buffer): void {
    if (this.isClosed) return
    if (this.suspended) return void this.suspended.push(() => this.read(chunk))
    try {
      this.framer.push(chunk, (first, bytes, start, end) => this.frame(first, bytes, start, end))
    } catch (error) {
      this.afterwards(() => this.refuse(asRefusal(error), chunk))
    }
  }

  private frame(first: number, bytes: Buffer, start: number, end: number): boolean {
    this.heardAt = this.parts.clock.now()
    this.parts.traffic.packetsReceived++
    if (this.output.isWatched) this.output.tell('received', whole(bytes, start, end))
    let packet: Packet | null = null
    try {
      packet = this.decoder.decode(first, bytes, start, end)
      if (packet.type === TYPE.CONNECT) this.introduce(packet, whole(bytes, start, end))
      if (this.link) this.pass(this.link, packet, whole(bytes, start, end))
      else this.receiver!.packet(packet)
    } catch (error) {
      const raw = withoutPassword(packet, whole(bytes, start, end))
      this.afterwards(() => this.refuse(asRefusal(error), raw))
    }
    return !this.isClosed && this.suspended === null
  }

  private pass(link: Link, packet: Packet, raw: Buffer): void {
    const handle = (): void => {
      if (this.isClosed) return
      if (this.suspended) return void this.suspended.push(handle)
      try {
        this.receiver!.packet(packet)
      } catch (error) {
        this.refuse(asRefusal(error), withoutPassword(packet, raw))
      }
    }
    link.received(packet, raw, handle)
  }

  /** The client has said who it is. */
  private introduce(connect: Connect, bytes: Buffer): void {
    this.clientId = connect.clientId
    this.username = connect.username
    this.largest = connect.maximumPacketSize
    this.parts.hooks.arrived?.(this, connect)
    this.output.tell('received', bytes)
  }
}

/** A packet with its header; its body is from `start` to `end`. */
function whole(bytes: Buffer, start: number, end: number): Buffer {
  return bytes.subarray(start - 1 - varintLength(end - start), end)
}

const GONE: CloseCause = { by: 'network' }

function ended(reasonCode: number, reason: string, other: Asker | null = null): CloseCause {
  return { by: 'broker', reasonCode, reason, other }
}
