import type { RefusedAttempt } from '../../../shared/contract/access'

/** Different attempts that are kept. */
const KEPT = 200

/** An attempt as it is counted, without what the present settings make of it. */
type Counted = Omit<RefusedAttempt, 'resolved'>

/** What was refused; the newest attempts are kept, and equal ones counted together. */
export class RefusedAttempts {
  /** By what makes them equal, the most recent last. */
  private readonly attempts = new Map<string, Counted>()
  /** Whether the settings would still refuse an attempt, by its key, as far as somebody asked. */
  private resolved = new Map<string, boolean>()

  add(attempt: Omit<Counted, 'count' | 'firstAt' | 'lastAt'>, now: number): void {
    const { action, user, clientId, topic, rule, fault } = attempt
    const key = JSON.stringify([action, user, clientId, topic, rule, fault])
    const { count = 0, firstAt = now } = this.attempts.get(key) ?? {}
    // It goes to the end.
    this.attempts.delete(key)
    this.attempts.set(key, { ...attempt, count: count + 1, firstAt, lastAt: now })
    if (this.attempts.size <= KEPT) return
    const oldest = this.attempts.keys().next().value!
    this.attempts.delete(oldest)
    this.resolved.delete(oldest)
  }

  settingsChanged(): void {
    this.resolved = new Map()
  }

  list(isResolved: (attempt: Counted) => boolean): RefusedAttempt[] {
    return [...this.attempts].map(([key, attempt]) => {
      const resolved = this.resolved.get(key) ?? isResolved(attempt)
      this.resolved.set(key, resolved)
      return { ...attempt, resolved }
    })
  }
}
