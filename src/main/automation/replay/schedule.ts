import type { ReplayClock } from './clock'

/** A message may be published this much before it is due, in ms: a timer would wait longer than that. */
const EARLY = 0.5

/**
 * When messages are due. The first one is due at once; those after it follow at their recorded distances, divided by the speed, however late
 * one is: a replay that fell behind catches up. Pausing moves what follows; a step moves it as if the message had been due then.
 */
export class Schedule {
  /** A recorded time (µs) and when it is due (ms of the clock). */
  private anchor: { at: number; due: number } | null = null
  private pausedAt: number | null = null
  private steps = 0
  private wake: () => void = () => undefined

  /** @param speed multiple of the recorded speed; null: everything is due at once */
  constructor(
    private readonly clock: ReplayClock,
    private readonly speed: number | null
  ) {}

  get isPaused(): boolean {
    return this.pausedAt !== null
  }

  pause(): void {
    this.pausedAt ??= this.clock.now()
    this.wake()
  }

  resume(): void {
    if (this.pausedAt === null) return
    const paused = this.clock.now() - this.pausedAt
    this.pausedAt = null
    this.delay(paused)
    this.steps = 0
    this.wake()
  }

  /** Lets one message pass, and pauses. */
  step(): void {
    this.pause()
    this.steps++
    this.wake()
  }

  /** Moves everything that is not published yet, by ms that have just passed. A pause does not move it by the same ms again. */
  delay(ms: number): void {
    if (this.anchor) this.anchor.due += ms
    if (this.pausedAt !== null) this.pausedAt = Math.min(this.clock.now(), this.pausedAt + ms)
  }

  /** The next message is the first one. */
  restart(): void {
    this.anchor = null
  }

  /** When a message is due, in ms of the clock. */
  dueAt(at: number): number {
    if (this.speed === null || this.anchor === null) return this.clock.now()
    return this.anchor.due + (at - this.anchor.at) / 1_000 / this.speed
  }

  /** Resolves when a message is due, to that time. `at`: when it was recorded; null: it is due at once. Throws the signal's reason. */
  async until(at: number | null, signal: AbortSignal): Promise<number> {
    for (;;) {
      signal.throwIfAborted()
      if (this.pausedAt !== null && this.steps === 0) {
        await this.sleep(Infinity, signal)
        continue
      }
      const now = this.clock.now()
      if (this.pausedAt !== null) {
        this.steps--
        this.pausedAt = now
        if (at !== null) this.anchor = { at, due: now }
        return now
      }
      if (at === null || this.speed === null) return now
      this.anchor ??= { at, due: now }
      const due = this.dueAt(at)
      if (due - now <= EARLY) return due
      await this.sleep(due - now, signal)
    }
  }

  /** Resolves after some ms, or when something changes. */
  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        cancel?.()
        signal.removeEventListener('abort', done)
        this.wake = () => undefined
        resolve()
      }
      const cancel = ms === Infinity ? null : this.clock.after(ms, done)
      this.wake = done
      signal.addEventListener('abort', done)
    })
  }
}
