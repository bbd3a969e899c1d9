/** The longest wait between two tries, unless the profile's own period is longer, in ms. */
const LONGEST = 60_000

/**
 * The wait before try number `attempt` (1 is the first retry), in ms: the profile's period (s), doubled with each failure, and up to a
 * fifth more or less, so that a restarted broker is not met by all its clients at once.
 */
export function backoff(attempt: number, periodSeconds: number, random: number = Math.random()): number {
  const period = periodSeconds * 1_000
  const wait = Math.min(period * 2 ** Math.min(attempt - 1, 20), Math.max(LONGEST, period))
  return Math.round(wait * (0.8 + 0.4 * random))
}
