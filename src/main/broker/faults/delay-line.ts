import type { Clock } from '../core/clock'
import type { Fault } from './fault'

/** How late something is, and because of which fault. */
export interface Delay {
  ms: number
  fault: Fault
}

interface Late {
  /** ms since 1970 UTC; 0: as soon as what is before it has happened. */
  due: number
  fault: Fault | null
  work: () => void
}

/** Has things happen late and in order: what is behind something late waits for it. */
export class DelayLine {
  private queue: Late[] = []
  private head = 0
  private isRunning = false
  private cancel: (() => void) | null = null

  constructor(
    private readonly clock: Clock,
    /** Something that was late has happened. */
    private readonly moved: () => void
  ) {}

  get isIdle(): boolean {
    return this.head === this.queue.length && !this.isRunning
  }

  /** Does `work` at once if there is no delay and nothing before it. */
  add(delay: Delay | null, work: () => void): void {
    if (this.isIdle && !delay) return work()
    const due = delay ? this.clock.now() + delay.ms : 0
    this.queue.push({ due, fault: delay?.fault ?? null, work })
    if (!this.cancel && !this.isRunning) this.wait()
  }

  /** What a fault made late is not late any more. */
  forget(fault: Fault): void {
    this.hasten((late) => late.fault === fault)
  }

  /** Everything happens now. */
  release(): void {
    this.hasten(() => true)
  }

  /** Nothing happens any more. */
  close(): void {
    this.cancel?.()
    this.cancel = null
    this.queue = []
    this.head = 0
  }

  private hasten(which: (late: Late) => boolean): void {
    if (this.head === this.queue.length) return
    for (let at = this.head; at < this.queue.length; at++) {
      const late = this.queue[at]!
      if (which(late)) late.due = 0
    }
    if (!this.isRunning) this.run()
  }

  private run(): void {
    this.cancel?.()
    this.cancel = null
    this.isRunning = true
    const now = this.clock.now()
    // The queue may be closed or grow meanwhile.
    for (let next = this.queue[this.head]; next && next.due <= now; next = this.queue[this.head]) {
      this.head++
      next.work()
    }
    this.isRunning = false
    if (this.head * 2 > this.queue.length) {
      this.queue.splice(0, this.head)
      this.head = 0
    }
    this.wait()
    this.moved()
  }

  private wait(): void {
    const next = this.queue[this.head]
    if (next) this.cancel = this.clock.after(Math.max(0, next.due - this.clock.now()), () => this.run())
  }
}
