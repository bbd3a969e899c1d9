import { Latest } from './latest'

/**
 * Runs a query on request, one call at a time. Requests made during a call lead to a single further call after it, so
 * a flood of messages never queues calls.
 */
export class Refresh {
  readonly #ask: (current: () => boolean) => Promise<void>
  readonly #failed: (error: unknown) => void
  readonly #latest = new Latest()
  #wanted = false
  #running: Promise<void> | null = null

  /**
   * @param ask runs the query once; `current` returns false when the answer is no longer wanted
   * @param failed called with the error of a failed call, unless its answer was no longer wanted
   */
  constructor(ask: (current: () => boolean) => Promise<void>, failed: (error: unknown) => void) {
    this.#ask = ask
    this.#failed = failed
  }

  /** Queries now, or once more after the pending call. Resolves when no request is left; never rejects. */
  request(): Promise<void> {
    this.#wanted = true
    return (this.#running ??= this.#run())
  }

  /** Call when the query has changed: drops the answer to a pending call and queries again. */
  restart(): Promise<void> {
    this.cancel()
    return this.request()
  }

  /** Drops the answer to a pending call, and does not query again. */
  cancel(): void {
    this.#latest.cancel()
    this.#wanted = false
  }

  async #run(): Promise<void> {
    while (this.#wanted) {
      this.#wanted = false
      const current = this.#latest.begin()
      try {
        await this.#ask(current)
      } catch (error) {
        if (current()) this.#failed(error)
      }
    }
    this.#running = null
  }
}
