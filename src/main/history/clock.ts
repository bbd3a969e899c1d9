/** Wall-clock time may jump; monotonic time may not, but drifts from it. More than this apart (µs), and the wall clock wins. */
const TOLERANCE = 20_000

/** Gives the time in µs since 1970 UTC, strictly at or after the last it gave, with the monotonic clock's resolution. */
export class Clock {
  private last: number
  private offset = Date.now() * 1_000 - monotonic()

  /** `last`: never give less than this, e.g. the newest time in a file. */
  constructor(last: number) {
    this.last = last
  }

  now(): number {
    const wall = Date.now() * 1_000
    let now = monotonic() + this.offset
    if (Math.abs(now - wall) > TOLERANCE) {
      this.offset += wall - now
      now = wall
    }
    return this.notBefore(now)
  }

  /** The given time, or the last given one where that is later. */
  notBefore(time: number): number {
    if (time > this.last) this.last = time
    return this.last
  }
}

function monotonic(): number {
  return Math.round(performance.now() * 1_000)
}
