import { Latest } from './latest'

/**
 * Asks for something whenever there is a reason to, one call at a time. Reasons that come during a call lead to one more call after it, so
 * a flood of messages never queues calls.
 */
export class Refresh {
  readonly #ask: (current: () => boolean) => Promise<void>
  readonly #failed: (error: unknown) => void
  readonly #latest = new Latest()
  #wanted = false
  #running: Promise<void> | null = null

  /**
   * @param ask asks once; `current` turns false when the answer is no longer wanted
   * @param failed told why a call failed, unless its answer was no longer wanted
   */
  constructor(ask: (current: () => boolean) => Promise<void>, failed: (error: unknown) => void) {
    this.#ask = ask
    this.#failed = failed
  }

  /** Asks now, or once more after the call under way. Resolves when nothing is left to ask; never rejects. */
  request(): Promise<void> {
    this.#wanted = true
    return (this.#running ??= this.#run())
  }

  /** Something else is to be asked for: the answer to a call under way is dropped. */
  restart(): Promise<void> {
    this.cancel()
    return this.request()
  }

  /** Drops the answer to a call under way, and does not ask again. */
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
