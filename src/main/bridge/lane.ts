import type { BridgeDrop } from '../../shared/contract/bridge'
import { AppError } from '../../shared/errors'
import type { Carried } from '../mqtt/bridging'

/** What waits for one side at most, in messages and payload bytes, before the other side is not read any more. */
const MOST_MESSAGES = 1_000
const MOST_BYTES = 16_000_000
/** QoS 1 and 2 messages, and writes at QoS 0, that are under way at once, unless the broker takes fewer (MQTT 5.0, 3.2.2.3.3). */
const WINDOW = 100

interface Waiting {
  number: number
  message: Carried
  done: () => void
}

/** Where a lane leads. */
export interface Destination {
  /** null: not connected. `receiveMaximum`: how many messages the broker takes at once. */
  readonly connected: { receiveMaximum: number; carry(message: Carried): Promise<void> } | null
  carried(message: Carried): void
  dropped(message: Carried, cause: BridgeDrop): void
  /** There is room again. */
  emptied(): void
}

/** The messages on their way to one side of a bridge, in order, as many at once as its broker takes. */
export class Lane {
  private waiting: Waiting[] = []
  /** Those that are sent and not acknowledged, each with the number of its attempt. */
  private readonly inFlight = new Map<Waiting, number>()
  private bytes = 0
  private numbers = 0

  constructor(private readonly destination: Destination) {}

  get isFull(): boolean {
    return this.waiting.length + this.inFlight.size >= MOST_MESSAGES || this.bytes >= MOST_BYTES
  }

  /** Resolves when the broker has the message, or when it is dropped. At QoS 0 it is dropped if there is no room. */
  push(message: Carried): Promise<void> {
    if (message.qos === 0 && this.isFull) {
      this.destination.dropped(message, 'queueFull')
      return Promise.resolve()
    }
    return new Promise((done) => {
      this.waiting.push({ number: this.numbers++, message, done })
      this.bytes += message.payload.length
      this.pump()
    })
  }

  /** Sends what waits, if the side is connected. */
  pump(): void {
    const { connected } = this.destination
    if (!connected) return
    const window = Math.min(WINDOW, connected.receiveMaximum)
    while (this.inFlight.size < window) {
      const next = this.waiting.shift()
      if (!next) return
      const attempt = this.numbers++
      this.inFlight.set(next, attempt)
      connected.carry(next.message).then(
        () => this.settled(next, attempt, null),
        (error: unknown) => this.settled(next, attempt, causeOf(error))
      )
    }
  }

  /** The connection is lost. MQTT.js sends QoS 1 and 2 messages again on the next one. */
  lost(): void {
    for (const sent of this.inFlight.keys()) if (sent.message.qos === 0) this.end(sent, 'connectionLost')
  }

  /** The client is gone with all that it sent: what was not acknowledged waits again, in the order in which it came. */
  restart(): void {
    this.lost()
    this.waiting = [...this.inFlight.keys(), ...this.waiting].sort((a, b) => a.number - b.number)
    this.inFlight.clear()
  }

  private settled(sent: Waiting, attempt: number, cause: BridgeDrop | null): void {
    if (this.inFlight.get(sent) !== attempt) return
    // It stays in flight until `restart`.
    if (cause === 'connectionLost' && sent.message.qos > 0) return
    this.end(sent, cause)
    this.pump()
  }

  private end(sent: Waiting, cause: BridgeDrop | null): void {
    const { message, done } = sent
    this.inFlight.delete(sent)
    this.bytes -= message.payload.length
    if (cause === null) this.destination.carried(message)
    else this.destination.dropped(message, cause)
    done()
    if (!this.isFull) this.destination.emptied()
  }
}

/** Why the broker did not take a message. */
function causeOf(error: unknown): BridgeDrop {
  if (error instanceof AppError && error.code === 'PUBLISH_REFUSED') return 'refused'
  return error instanceof AppError && error.code === 'PAYLOAD_TOO_LARGE' ? 'tooLarge' : 'connectionLost'
}
