import type { MqttVersion } from '../../shared/contract/profiles'
import { Framing, type PacketSink } from './framing'
import { mayHoldSecrets, redact } from './redact'
import { PacketRing, PACKET_BYTES, type KeptPacket, type RingSize } from './ring'

/** CONNECT and CONNACK in the first byte's upper half. */
const CONNECT = 1
const CONNACK = 2
/** Connections whose CONNECT and CONNACK are kept. */
const KEPT_CONNECTIONS = 50

/** How a network connection began: kept even while the log is off, and longer than the ring. */
export interface Beginning {
  connection: number
  version: MqttVersion
  packets: KeptPacket[]
}

/** The two directions of a network connection. Callers feed in the bytes that pass. */
export interface Wires {
  received(chunk: Uint8Array): void
  sent(chunk: Uint8Array): void
}

/** Logs a connection's control packets. While off, it still tracks packet boundaries, so that it can be switched on at any time. */
export class PacketLog {
  ring: PacketRing | null = null
  readonly beginnings: Beginning[] = []
  private connection = 0

  /** `size`: what the log holds at most. */
  constructor(private readonly size?: RingSize) {}

  /** Starts with an empty log, or stops and discards the log. */
  record(on: boolean): void {
    if (on !== (this.ring !== null)) this.ring = on ? new PacketRing(this.size) : null
  }

  /** The MQTT version of a connection; if unknown, the version of the last one. */
  versionOf(connection: number): MqttVersion {
    const known = this.beginnings.find((each) => each.connection === connection) ?? this.beginnings.at(-1)
    return known?.version ?? 5
  }

  /** Starts tracking another network connection. */
  connected(version: MqttVersion): Wires {
    const connection = ++this.connection
    const beginning: Beginning = { connection, version, packets: [] }
    this.beginnings.push(beginning)
    if (this.beginnings.length > KEPT_CONNECTIONS) this.beginnings.shift()
    const [incoming, outgoing] = [false, true].map((out) => new Framing(new LogSink(this, beginning, out)))
    return { received: (chunk) => incoming!.push(chunk), sent: (chunk) => outgoing!.push(chunk) }
  }
}

/** One direction of a connection. */
class LogSink implements PacketSink {
  /** Bytes collected of a packet that may hold secrets. They enter the ring only after redaction. */
  private gathered: Uint8Array | null = null
  private filled = 0
  private size = 0
  /** The ring that the current packet is logged to; null if the log was off when the packet began, or if its bytes are gathered first. */
  private logging: PacketRing | null = null

  constructor(
    private readonly log: PacketLog,
    private readonly beginning: Beginning,
    private readonly out: boolean
  ) {}

  whole(chunk: Uint8Array, start: number, end: number): void {
    const { ring } = this.log
    if (!ring) {
      // While the log is off, only the start of the connection is kept.
      const type = chunk[start]! >> 4
      if (type !== CONNECT && type !== CONNACK) return
    }
    if (mayHoldSecrets(chunk[start]!)) {
      this.begin(end - start)
      this.part(chunk, start, end)
      return
    }
    if (!ring) return
    ring.begin(now(), this.out, this.beginning.connection, end - start)
    ring.append(chunk, start, end)
  }

  begin(size: number): void {
    this.size = size
    this.filled = 0
    this.gathered = null
    this.logging = null
  }

  part(chunk: Uint8Array, start: number, end: number): void {
    if (this.filled === 0) {
      const type = chunk[start]! >> 4
      if (mayHoldSecrets(chunk[start]!) && (this.log.ring || type === CONNECT || type === CONNACK))
        this.gathered = new Uint8Array(Math.min(this.size, PACKET_BYTES))
      else if (this.log.ring) {
        this.logging = this.log.ring
        this.logging.begin(now(), this.out, this.beginning.connection, this.size)
      }
    }
    this.filled += end - start
    if (this.gathered) this.gather(chunk, start, end)
    else if (this.logging && this.logging === this.log.ring) this.logging.append(chunk, start, end)
  }

  private gather(chunk: Uint8Array, start: number, end: number): void {
    const gathered = this.gathered!
    const from = this.filled - (end - start)
    const room = gathered.length - from
    if (room > 0) gathered.set(chunk.subarray(start, Math.min(end, start + room)), from)
    if (this.filled < this.size) return
    this.gathered = null
    redact(gathered)
    const { ring } = this.log
    const at = now()
    const { connection, packets } = this.beginning
    if (ring) {
      ring.begin(at, this.out, connection, this.size)
      ring.append(gathered, 0, gathered.length)
    }
    const type = gathered[0]! >> 4
    if (type === CONNECT || type === CONNACK) {
      const number = ring?.count ?? 0
      const direction = this.out ? 'out' : 'in'
      packets.push({ number, at, direction, connection, size: this.size, bytes: gathered })
    }
  }
}

/** µs since 1970 UTC. */
function now(): number {
  return Math.round((performance.timeOrigin + performance.now()) * 1_000)
}
