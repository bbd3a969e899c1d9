import type { Clock } from './clock'

interface Timer {
  at: number
  work: () => void
}

/** A clock for tests: time passes when the test says so, and may jump. */
export class HandClock implements Clock {
  private time = 1_700_000_000_000
  private readonly timers = new Set<Timer>()
  private turn: (() => void)[] = []

  now(): number {
    return this.time
  }

  after(ms: number, work: () => void): () => void {
    const timer = { at: this.time + ms, work }
    this.timers.add(timer)
    return () => this.timers.delete(timer)
  }

  soon(work: () => void): void {
    this.turn.push(work)
  }

  /** Timers that wait. */
  get pending(): number {
    return this.timers.size
  }

  /** Resolves once nothing more happens by itself: streams have passed on what they hold, and no turn is left. */
  async settle(): Promise<void> {
    do {
      const { turn } = this
      this.turn = []
      for (const work of turn) work()
      await new Promise(setImmediate)
    } while (this.turn.length > 0)
  }

  /** Lets time jump: each timer that is due then fires once. */
  async jump(ms: number): Promise<void> {
    this.time += ms
    const due = [...this.timers].filter(({ at }) => at <= this.time).sort((a, b) => a.at - b.at)
    for (const timer of due) if (this.timers.delete(timer)) timer.work()
    await this.settle()
  }
}
