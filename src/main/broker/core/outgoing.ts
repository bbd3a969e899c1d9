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
  /** When it was sent last, in ms since 1970 UTC; 0: not by this broker since it started. */
  sentAt: number
}

/** What is on its way to all clients together, so that nobody has to add it up. */
export class Backlog {
  /** Messages that wait to be sent, and their bytes. */
  waiting = 0
  waitingBytes = 0
  /** Messages that were sent and not acknowledged. */
  inFlight = 0
}

export function packetIdOf({ number }: Delivery): number {
  return (number % LARGEST_ID) + 1
}

/** The messages on their way to one client: those that wait, and those that it has not acknowledged, both oldest first. */
export class Outgoing {
  private waiting: (Delivery | undefined)[] = []
  /** Index of the oldest in `waiting`; those before are gone. */
  private head = 0
  private readonly inFlight = new Map<number, Delivery>()
  nextNumber = 0
  /** Messages before this number have been sent. */
  sentUpTo = 0
  private bytes = 0

  constructor(private readonly backlog: Backlog) {}

  get waitingBytes(): number {
    return this.bytes
  }

  get waitingCount(): number {
    return this.waiting.length - this.head
  }

  get inFlightCount(): number {
    return this.inFlight.size
  }

  add(delivery: Delivery): void {
    this.waiting.push(delivery)
    this.count(1, delivery)
  }

  /** Takes the oldest that waits; undefined: none, or its packet identifier is still in use [MQTT-2.2.1-4]. */
  take(): Delivery | undefined {
    const delivery = this.waiting[this.head]
    if (!delivery || this.inFlight.has(packetIdOf(delivery))) return undefined
    this.waiting[this.head++] = undefined
    this.count(-1, delivery)
    if (this.head > 1_000 && this.head * 2 > this.waiting.length) {
      this.waiting.splice(0, this.head)
      this.head = 0
    }
    return delivery
  }

  sent(delivery: Delivery): void {
    this.sentUpTo = Math.max(this.sentUpTo, delivery.number + 1)
    this.inFlight.set(packetIdOf(delivery), delivery)
    this.backlog.inFlight++
  }

  /** A new connection: those in flight that the client may not have are sent again, before the others [MQTT-4.4.0-1], [MQTT-4.6.0-1]. */
  rewind(): void {
    const again = [...this.inFlight.values()].filter(({ message }) => message !== null)
    for (const delivery of again) {
      this.remove(packetIdOf(delivery))
      this.count(1, delivery)
    }
    this.waiting.splice(0, this.head, ...again)
    this.head = 0
  }

  find(packetId: number): Delivery | undefined {
    return this.inFlight.get(packetId)
  }

  remove(packetId: number): void {
    if (this.inFlight.delete(packetId)) this.backlog.inFlight--
  }

  /** Those in flight, in the order in which they were sent. */
  unacknowledged(): Iterable<Delivery> {
    return this.inFlight.values()
  }

  /** The one that was sent first. */
  get oldestInFlight(): Delivery | undefined {
    for (const delivery of this.inFlight.values()) return delivery
    return undefined
  }

  /** Those that wait, from the `from`th on, oldest first. */
  *waitingFrom(from: number): Generator<Delivery> {
    for (let at = this.head + from; at < this.waiting.length; at++) yield this.waiting[at]!
  }

  /** Takes out the messages that `isChosen` says, wherever they are, and returns them. */
  discard(isChosen: (delivery: Delivery) => boolean): Delivery[] {
    const gone = [...this.inFlight.values()].filter(isChosen)
    for (const delivery of gone) this.remove(packetIdOf(delivery))
    const left: Delivery[] = []
    for (const delivery of this.waitingFrom(0)) {
      if (!isChosen(delivery)) {
        left.push(delivery)
        continue
      }
      gone.push(delivery)
      this.count(-1, delivery)
    }
    this.waiting = left
    this.head = 0
    return gone
  }

  private count(change: 1 | -1, { message }: Delivery): void {
    const bytes = message ? change * message.size : 0
    this.bytes += bytes
    this.backlog.waiting += change
    this.backlog.waitingBytes += bytes
  }
}
