import { encodePublish, type PublishOptions } from '../codec/encode-publish'
import type { Message } from '../codec/message'
import { TYPE, type Packet } from '../codec/packet'
import type { Clock } from '../core/clock'
import type { Connection } from '../core/connection'
import type { Link } from '../core/link'
import { DelayLine, type Delay } from './delay-line'
import type { Fault, Subject } from './fault'
import type { FaultChoice } from './fault-choice'
import { PacketTopics } from './packet-topics'
import { SlowReader } from './slow-reader'

/** Bytes of late packets from a client beyond which it is not read, and below which it is read again. */
const MOST_HELD = 1_000_000
const FEW_HELD = 500_000

const acknowledgements: number[] = [TYPE.PUBACK, TYPE.PUBREC, TYPE.PUBREL, TYPE.PUBCOMP]

/** Has one connection's packets meet the faults that are for it. */
export class FaultyLink implements Link {
  private readonly incoming: DelayLine
  private readonly outgoing: DelayLine
  private readonly reader: SlowReader
  private readonly topics = new PacketTopics()
  /** From the CONNECT: the connection knows its client once that has been handled. */
  private connectId = ''
  /** When a packet last came that was not lost, in ms since 1970 UTC. */
  private heardAt: number
  private heldBytes = 0
  private isHolding = false

  constructor(
    private readonly connection: Connection,
    private readonly choice: FaultChoice,
    clock: Clock,
    /** Nothing may wait any more; the connection is over. */
    private readonly events: { idle(): void; closed(): void }
  ) {
    this.heardAt = connection.heardAt
    this.incoming = new DelayLine(clock, () => events.idle())
    this.outgoing = new DelayLine(clock, () => {
      connection.drained?.()
      events.idle()
    })
    this.reader = new SlowReader(
      connection,
      clock,
      () => this.rate(),
      () => events.idle()
    )
  }

  get isIdle(): boolean {
    return this.reader.isIdle && this.incoming.isIdle && this.outgoing.isIdle
  }

  bytes(chunk: Buffer): void {
    if (this.reader.isIdle && this.rate() === Infinity) return this.connection.read(chunk)
    const slow = this.choice.strike('slowReading', this.subject())
    if (slow) this.choice.tell(slow, this.connection, null, { direction: 'in' })
    this.reader.add(chunk)
  }

  received(packet: Packet, raw: Buffer, handle: () => void): void {
    if (packet.type === TYPE.CONNECT) this.connectId = packet.clientId
    const { connection, choice } = this
    const subject = this.subject(this.topics.ofReceived(packet))
    const cut = choice.strike('disconnect', subject)
    if (cut) {
      choice.tell(cut, connection, raw, { direction: 'in', subject })
      return connection.cut()
    }
    const loss = choice.strike('loss', subject, ({ packets }) => isAmong(packets, packet))
    if (loss) {
      // Nor has it been heard for the keep alive.
      connection.heardAt = this.heardAt
      return choice.tell(loss, connection, raw, { direction: 'in', subject })
    }
    this.heardAt = connection.heardAt
    const delay = this.delay('in', subject, raw)
    this.hold(raw.length)
    this.incoming.add(delay, () => {
      this.hold(-raw.length)
      handle()
    })
  }

  afterwards(work: () => void): void {
    const behind = (): void => this.incoming.add(null, work)
    if (this.reader.isIdle) behind()
    else this.reader.add(behind)
  }

  packet(packet: Uint8Array): void {
    const subject = this.subject(this.topics.ofSent(packet))
    const type = packet[0]! >> 4
    const withheld = this.choice.strike('withhold', subject, ({ packets }) =>
      packets.some((name) => TYPE[name] === type)
    )
    if (withheld) return this.choice.tell(withheld, this.connection, packet, { direction: 'out', subject })
    this.leave(packet, this.delay('out', subject, packet))
  }

  /**
   * At QoS 0 there is no DUP, and a message is never sent twice (MQTT 5.0, 4.3.1). MQTT 5 has a broker send a message again only in a new
   * connection [MQTT-4.4.0-1]; a client must cope with it all the same.
   */
  publish(message: Message, options: PublishOptions, largest: number): boolean {
    const packet = encodePublish(message, options)
    if (packet.length > largest) return false
    const subject = this.subject(this.topics.ofPublish(message, options.packetId))
    this.leave(packet, this.delay('out', subject, packet))
    const twice = options.qos === 0 ? null : this.choice.strike('duplicate', subject)
    if (!twice) return true
    const again = encodePublish(message, { ...options, dup: true })
    this.choice.tell(twice, this.connection, again, { direction: 'out', subject })
    this.leave(again, null)
    return true
  }

  flush(): void {
    this.outgoing.release()
  }

  closed(): void {
    this.reader.close()
    this.incoming.close()
    this.outgoing.close()
    this.events.closed()
  }

  /** A fault has been switched off: what it held back goes on. */
  forget(fault: Fault): void {
    this.reader.read()
    this.incoming.forget(fault)
    this.outgoing.forget(fault)
  }

  private leave(packet: Uint8Array, delay: Delay | null): void {
    const { output } = this.connection
    output.held += packet.length
    this.outgoing.add(delay, () => {
      output.held -= packet.length
      output.packet(packet)
    })
  }

  private delay(direction: 'in' | 'out', subject: Subject, packet: Uint8Array): Delay | null {
    const delay = this.choice.delay(direction, subject)
    if (delay) this.choice.tell(delay.fault, this.connection, packet, { direction, subject, delay: delay.ms })
    return delay
  }

  /** Bytes per second that are read of this client. */
  private rate(): number {
    return this.choice.readingRate(this.subject())
  }

  private hold(bytes: number): void {
    this.heldBytes += bytes
    if (this.heldBytes > MOST_HELD && !this.isHolding) {
      this.isHolding = true
      this.connection.hold()
    } else if (this.heldBytes < FEW_HELD && this.isHolding) {
      this.isHolding = false
      this.connection.resume()
    }
  }

  private subject(topics: string[] = []): Subject {
    const { clientId, listener } = this.connection
    return { clientId: clientId || this.connectId, listener: listener?.port ?? null, topics }
  }
}

function isAmong(packets: 'publish' | 'acknowledgement' | 'any', { type }: Packet): boolean {
  if (packets === 'any') return true
  return packets === 'publish' ? type === TYPE.PUBLISH : acknowledgements.includes(type)
}
