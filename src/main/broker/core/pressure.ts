import type { Clock } from './clock'

/** Bytes waiting for a client from which on its publishers are held back, and to which they must fall for these to go on. */
const HIGH = 2_000_000
const LOW = 1_000_000
/** A client that takes fewer bytes than this in this time (ms) is slow: nobody is held back for it. */
const LEAST_PROGRESS = 65_536
const PATIENCE = 1_000

/** Someone who can be held back. */
export interface Holdable {
  hold(): void
  resume(): void
}

/**
 * What waits for one client. Those who publish to it are held back while it catches up, so that a burst is neither lost nor piled up in
 * memory. A client that does not catch up is slow: its QoS 0 messages are dropped, others wait in its session.
 */
export class Pressure {
  isSlow = false
  private held: Set<Holdable> | null = null
  private cancel: (() => void) | null = null

  constructor(
    private readonly clock: Clock,
    private readonly waiting: () => number
  ) {}

  get isFull(): boolean {
    return this.waiting() > HIGH
  }

  /** Holds a publisher back if the client has to catch up. */
  hold(publisher: Holdable): void {
    if (this.isSlow || !this.isFull || this.held?.has(publisher)) return
    if (!this.held) {
      this.held = new Set()
      this.watch(this.waiting())
    }
    this.held.add(publisher)
    publisher.hold()
  }

  /** The client has taken something. */
  check(): void {
    if (this.waiting() > LOW) return
    this.isSlow = false
    this.release()
  }

  /** Lets everybody go on: the client is gone, or slow. */
  release(): void {
    this.cancel?.()
    this.cancel = null
    const { held } = this
    this.held = null
    for (const publisher of held ?? []) publisher.resume()
  }

  private watch(before: number): void {
    this.cancel = this.clock.after(PATIENCE, () => {
      const now = this.waiting()
      if (before - now >= LEAST_PROGRESS) return this.watch(now)
      this.isSlow = true
      this.release()
    })
  }
}
