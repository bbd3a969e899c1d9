import type { Message } from '../codec/message'

/** Packet identifiers are 1 to this. */
const LARGEST_ID = 65_535

/** A QoS 1 or 2 message on its way to one client. */
export interface Delivery {
  /** Counts the messages of a session from 0. The packet identifier follows from it, so that it is the same after a restart. */
  readonly number: number
  /** null: the client has it, and only its PUBCOMP is missing. */
  message: Message | null
  readonly qos: 1 | 2
  readonly retain: boolean
  readonly identifiers: number[] | null
  /** It may have been sent before [MQTT-3.3.1-1]. */
  dup: boolean
}

export function packetIdOf({ number }: Delivery): number {
  return (number % LARGEST_ID) + 1
}

/** The messages on their way to one client: those that wait, and those that it has not acknowledged, both oldest first. */
export class Outgoing {
  private readonly waiting: (Delivery | undefined)[] = []
  /** Index of the oldest in `waiting`; those before are gone. */
  private head = 0
  private readonly inFlight = new Map<number, Delivery>()
  waitingBytes = 0
  nextNumber = 0
  /** Messages before this number have been sent. */
  sentUpTo = 0

  get waitingCount(): number {
    return this.waiting.length - this.head
  }

  get inFlightCount(): number {
    return this.inFlight.size
  }

  add(delivery: Delivery): void {
    this.waiting.push(delivery)
    this.waitingBytes += delivery.message?.size ?? 0
  }

  /** Takes the oldest that waits; undefined: none, or its packet identifier is still in use [MQTT-2.2.1-4]. */
  take(): Delivery | undefined {
    const delivery = this.waiting[this.head]
    if (!delivery || this.inFlight.has(packetIdOf(delivery))) return undefined
    this.waiting[this.head++] = undefined
    this.waitingBytes -= delivery.message?.size ?? 0
    if (this.head > 1_000 && this.head * 2 > this.waiting.length) {
      this.waiting.splice(0, this.head)
      this.head = 0
    }
    return delivery
  }

  sent(delivery: Delivery): void {
    this.sentUpTo = Math.max(this.sentUpTo, delivery.number + 1)
    this.inFlight.set(packetIdOf(delivery), delivery)
  }

  /** A new connection: those in flight that the client may not have are sent again, before the others [MQTT-4.4.0-1], [MQTT-4.6.0-1]. */
  rewind(): void {
    const again = [...this.inFlight.values()].filter(({ message }) => message !== null)
    for (const delivery of again) {
      this.inFlight.delete(packetIdOf(delivery))
      this.waitingBytes += delivery.message!.size
    }
    this.waiting.splice(0, this.head, ...again)
    this.head = 0
  }

  find(packetId: number): Delivery | undefined {
    return this.inFlight.get(packetId)
  }

  remove(packetId: number): void {
    this.inFlight.delete(packetId)
  }

  /** Those in flight, in the order in which they were sent. */
  unacknowledged(): Iterable<Delivery> {
    return this.inFlight.values()
  }
}
