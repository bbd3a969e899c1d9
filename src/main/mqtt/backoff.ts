/** The longest wait between two attempts, unless the profile's own period is longer, in ms. */
const LONGEST = 60_000

/**
 * Returns the wait before retry number `attempt` (from 1), in ms: the profile's period (s), doubled with each failure, with a jitter of
 * up to a fifth either way, so that not all clients reconnect to a restarted broker at once.
 */
export function backoff(attempt: number, periodSeconds: number, random: number = Math.random()): number {
  const period = periodSeconds * 1_000
  const wait = Math.min(period * 2 ** Math.min(attempt - 1, 20), Math.max(LONGEST, period))
  return Math.round(wait * (0.8 + 0.4 * random))
}
