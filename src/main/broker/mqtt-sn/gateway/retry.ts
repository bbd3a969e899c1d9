import type { Clock } from '../../core/clock'

/** T_retry in ms, and N_retry (MQTT-SN 1.2, 7.2: 10 to 15 s, 3 to 5 times). */
export const RETRY_AFTER = 10_000
export const MOST_RETRIES = 4

/** Sends a message again until its answer comes (6.13). */
export class Retry {
  private cancel: (() => void) | null = null
  private tries = 0

  constructor(
    private readonly clock: Clock,
    /** All tries were in vain. */
    private readonly onGivenUp: () => void
  ) {}

  /** Sends at once, and again as long as there is no `stop`. `isAgain` says whether it was sent before. */
  start(send: (isAgain: boolean) => void): void {
    this.stop()
    this.tries = 0
    send(false)
    this.wait(send)
  }

  stop(): void {
    this.cancel?.()
    this.cancel = null
  }

  private wait(send: (isAgain: boolean) => void): void {
    this.cancel = this.clock.after(RETRY_AFTER, () => {
      this.cancel = null
      if (this.tries++ >= MOST_RETRIES) return this.onGivenUp()
      send(true)
      this.wait(send)
    })
  }
}
