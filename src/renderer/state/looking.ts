/** Asks for what is in sight again and again, one call at a time; rests while the page is hidden. */
export class Looking {
  readonly #ask: () => Promise<void>
  readonly #lost: () => void
  #asking = false
  #again = false

  /** `lost` is told when nobody answers: the connection's worker is being replaced, or the process. The next look finds it. */
  constructor(ask: () => Promise<void>, lost: () => void) {
    this.#ask = ask
    this.#lost = lost
  }

  /** Looks every so many ms until the returned function is called. */
  start(period: number): () => void {
    void this.now()
    const timer = setInterval(() => document.visibilityState === 'visible' && void this.now(), period)
    return () => clearInterval(timer)
  }

  /** Looks at once, or once more when the call under way has its answer. */
  async now(): Promise<void> {
    this.#again = true
    if (this.#asking) return
    this.#asking = true
    try {
      while (this.#again) {
        this.#again = false
        await this.#ask()
      }
    } catch {
      this.#lost()
    } finally {
      this.#asking = false
    }
  }
}
