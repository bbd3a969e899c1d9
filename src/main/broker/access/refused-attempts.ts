import type { RefusedAttempt } from '../../../shared/contract/access'

/** Different attempts that are kept. */
const KEPT = 200

/** What was refused; the newest attempts are kept, and equal ones counted together. */
export class RefusedAttempts {
  /** By what makes them equal, the most recent last. */
  private readonly attempts = new Map<string, RefusedAttempt>()

  add(attempt: Omit<RefusedAttempt, 'count' | 'firstAt' | 'lastAt'>, now: number): void {
    const { action, user, clientId, topic, rule, fault } = attempt
    const key = JSON.stringify([action, user, clientId, topic, rule, fault])
    const { count = 0, firstAt = now } = this.attempts.get(key) ?? {}
    // It goes to the end.
    this.attempts.delete(key)
    this.attempts.set(key, { ...attempt, count: count + 1, firstAt, lastAt: now })
    if (this.attempts.size > KEPT) this.attempts.delete(this.attempts.keys().next().value!)
  }

  list(): RefusedAttempt[] {
    return [...this.attempts.values()]
  }
}
