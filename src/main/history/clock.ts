/** Wall-clock time may jump; monotonic time may not, but drifts from it. More than this apart (µs), and the wall clock wins. */
const TOLERANCE = 20_000
/** How often the wall clock is looked at, in µs. */
const LOOK_EVERY = 1_000

/**
 * Gives the time in µs since 1970 UTC, at or after the last it gave, with the monotonic clock's resolution. After the system's clock
 * was set back it gives the last time until that is reached again, or until `setBack` (see FutureTimes).
 */
export class Clock {
  private last: number
  private offset = 0
  private lookAt = 0

  /** `last`: never give less than this, e.g. the newest time in a file. */
  constructor(last: number) {
    this.last = last
  }

  now(): number {
    const monotonic = Math.round(performance.now() * 1_000)
    if (monotonic >= this.lookAt) this.look(monotonic)
    return this.notBefore(monotonic + this.offset)
  }

  /** The given time, or the last given one where that is later. */
  notBefore(time: number): number {
    if (time > this.last) this.last = time
    return this.last
  }

  /** The last time it gave. */
  get latest(): number {
    return this.last
  }

  /** Lets it give times from this one on. */
  setBack(time: number): void {
    this.last = time
  }

  private look(monotonic: number): void {
    const offset = Date.now() * 1_000 - monotonic
    if (Math.abs(offset - this.offset) > TOLERANCE) this.offset = offset
    this.lookAt = monotonic + LOOK_EVERY
  }
}
