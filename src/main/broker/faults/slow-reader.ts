import type { Clock } from '../core/clock'
import type { Connection } from '../core/connection'

/** ms between two reads, if a byte takes less. */
const STEP = 100

/** Reads a client's bytes as slowly as a rate says, and stops reading its socket meanwhile. */
export class SlowReader {
  /** Bytes, and what is to happen after those before it. */
  private readonly queue: (Buffer | (() => void))[] = []
  /** When the next byte may be read, in ms since 1970 UTC. */
  private freeAt = 0
  private cancel: (() => void) | null = null
  private isReading = false

  constructor(
    private readonly connection: Connection,
    private readonly clock: Clock,
    /** Bytes per second; Infinity: at once. */
    private readonly rate: () => number,
    private readonly finished: () => void
  ) {}

  get isIdle(): boolean {
    return this.queue.length === 0 && !this.isReading
  }

  add(next: Buffer | (() => void)): void {
    if (this.queue.push(next) > 1 || this.isReading) return
    this.connection.hold()
    this.read()
  }

  /** Reads what it may by now: call it when the rate has changed. */
  read(): void {
    if (this.isIdle) return
    this.cancel?.()
    this.cancel = null
    this.isReading = true
    while (this.queue.length > 0 && !this.cancel) this.step()
    this.isReading = false
    if (this.queue.length > 0) return
    this.connection.resume()
    this.finished()
  }

  close(): void {
    this.cancel?.()
    this.queue.length = 0
  }

  private step(): void {
    const [next] = this.queue
    const rate = this.rate()
    const now = this.clock.now()
    if (typeof next === 'function' || rate === Infinity) {
      this.queue.shift()
      return typeof next === 'function' ? next() : this.connection.read(next!)
    }
    if (this.freeAt > now) {
      this.cancel = this.clock.after(this.freeAt - now, () => this.read())
      return
    }
    const bytes = next!
    const count = Math.min(bytes.length, Math.max(1, Math.floor((rate * STEP) / 1_000)))
    if (count === bytes.length) this.queue.shift()
    else this.queue[0] = bytes.subarray(count)
    this.freeAt = now + (count * 1_000) / rate
    this.connection.read(bytes.subarray(0, count))
  }
}
