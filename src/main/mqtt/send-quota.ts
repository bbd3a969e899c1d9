import { inTime } from './in-time'

/** Keeps the QoS 1 and 2 messages that are not acknowledged within the broker's Receive Maximum [MQTT-3.3.4-7]. */
export class SendQuota {
  /** The Receive Maximum of the current connection (MQTT 5.0, 3.2.2.3.3). */
  maximum = 65_535
  private used = 0
  private readonly waiting = new Set<PromiseWithResolvers<void>>()

  /**
   * Takes a place: returns null if there is one, or else resolves when one is given back. Throws what `lost` is given, and unless
   * `isPatient`, TIMED_OUT.
   */
  take(isPatient = false): Promise<void> | null {
    if (this.used >= this.maximum) return this.wait(isPatient)
    this.used++
    return null
  }

  /** A message is acknowledged, or given up. */
  give(): void {
    const [next] = this.waiting
    if (!next || this.used > this.maximum) {
      this.used--
      return
    }
    // The place goes to the one that has waited longest.
    this.waiting.delete(next)
    next.resolve()
  }

  /** The connection ended: messages that wait for a place are not sent on the next one. */
  lost(error: Error): void {
    for (const each of this.waiting) each.reject(error)
  }

  private async wait(isPatient: boolean): Promise<void> {
    const turn = Promise.withResolvers<void>()
    this.waiting.add(turn)
    try {
      await (isPatient ? turn.promise : inTime(turn.promise))
    } catch (error) {
      // It got a place too late.
      if (!this.waiting.delete(turn)) this.give()
      throw error
    }
  }
}
