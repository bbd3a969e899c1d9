/** The time, as a player sees it. */
export interface ReplayClock {
  /** Time that never goes back, in ms. */
  now(): number
  /** The same moment as ms since 1970 UTC. */
  wall(): number
  /** Calls back after some ms. Returns a function that takes it back. */
  after(ms: number, work: () => void): () => void
}

/** The longest time that Node's timers can wait, in ms. */
const LONGEST = 2 ** 31 - 1

export const systemClock: ReplayClock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  after(ms, work) {
    const timer = setTimeout(work, Math.min(ms, LONGEST))
    return () => clearTimeout(timer)
  }
}
