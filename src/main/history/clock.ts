/** The wall clock may jump; the monotonic clock drifts from it. When they differ by more than this (µs), the wall clock wins. */
const TOLERANCE = 20_000
/** How often the wall clock is read, in µs. */
const LOOK_EVERY = 1_000

/**
 * Returns the time in µs since 1970 UTC, never before the last returned, with the monotonic clock's resolution. After the system clock
 * is set back, it repeats the last time until that is reached again, or until `setBack` (see FutureTimes).
 */
export class Clock {
  private last: number
  private offset = 0
  private lookAt = 0

  /** `last`: the earliest time to return, e.g. the newest time in a file. */
  constructor(last: number) {
    this.last = last
  }

  now(): number {
    const monotonic = Math.round(performance.now() * 1_000)
    if (monotonic >= this.lookAt) this.look(monotonic)
    return this.notBefore(monotonic + this.offset)
  }

  /** Returns the given time, or the last returned one if that is later. */
  notBefore(time: number): number {
    if (time > this.last) this.last = time
    return this.last
  }

  /** The last time returned. */
  get latest(): number {
    return this.last
  }

  /** Allows times from this one on, even if later ones were returned. */
  setBack(time: number): void {
    this.last = time
  }

  private look(monotonic: number): void {
    const offset = Date.now() * 1_000 - monotonic
    if (Math.abs(offset - this.offset) > TOLERANCE) this.offset = offset
    this.lookAt = monotonic + LOOK_EVERY
  }
}
