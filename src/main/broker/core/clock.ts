/** Time, as the core sees it. Tests have one of their own. */
export interface Clock {
  /** ms since 1970 UTC. */
  now(): number
  /** Calls back after `ms`; returns a function that prevents it. */
  after(ms: number, work: () => void): () => void
  /** Calls back once what has already arrived from the network has been handled. */
  soon(work: () => void): void
}

/** Longest delay of a timer in Node, in ms. */
const LONGEST = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, work) {
    let timer: NodeJS.Timeout
    const wait = (rest: number): void => {
      timer = setTimeout(() => (rest > LONGEST ? wait(rest - LONGEST) : work()), Math.min(rest, LONGEST))
      timer.unref()
    }
    wait(ms)
    return () => clearTimeout(timer)
  },
  soon: (work) => void setImmediate(work)
}
