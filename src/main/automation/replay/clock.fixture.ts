import type { ReplayClock } from './clock'

/** A clock for tests: time passes only when the test says so. */
export class HandClock implements ReplayClock {
  private time = 0
  private readonly timers = new Set<{ at: number; work: () => void }>()

  now(): number {
    return this.time
  }

  wall(): number {
    return 1_800_000_000_000 + this.time
  }

  after(ms: number, work: () => void): () => void {
    const timer = { at: this.time + ms, work }
    this.timers.add(timer)
    return () => void this.timers.delete(timer)
  }

  /** Lets time pass, from timer to timer. */
  async pass(ms: number): Promise<void> {
    const end = this.time + ms
    await settled()
    for (;;) {
      const [next] = [...this.timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)
      if (!next) break
      this.time = next.at
      this.timers.delete(next)
      next.work()
      await settled()
    }
    this.time = end
    await settled()
  }
}

/** Resolves once nothing more happens by itself. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate)
}
