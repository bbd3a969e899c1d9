const MAX_RESTARTS = 3
const WINDOW = 60_000

/** Allows three automatic restarts within a minute: what crashes more often would crash without end. */
export class RestartLimit {
  /** ms since 1970 UTC. */
  private times: number[] = []

  /** Whether another restart is allowed now. It is counted if so. */
  take(now = Date.now()): boolean {
    this.times = this.times.filter((time) => now - time < WINDOW)
    if (this.times.length === MAX_RESTARTS) return false
    this.times.push(now)
    return true
  }
}
