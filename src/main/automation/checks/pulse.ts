/** Wakes whoever waits for something to happen at the clients of a check. */
export class Pulse {
  private readonly waiting = new Set<() => void>()

  /** Aborting `signal` ends every wait. */
  constructor(public signal: AbortSignal) {}

  beat(): void {
    for (const each of [...this.waiting]) each()
  }

  /**
   * Resolves with true as soon as the condition holds, which is looked at when something happened; with false after so many ms. Throws the
   * signal's reason when that aborts, and what the condition throws.
   */
  async until(condition: () => boolean, milliseconds: number): Promise<boolean> {
    const { signal } = this
    signal.throwIfAborted()
    if (condition()) return true
    const done = Promise.withResolvers<boolean>()
    const look = (isLast = false): void => {
      try {
        if (condition()) done.resolve(true)
        else if (isLast) done.resolve(false)
      } catch (error) {
        done.reject(error)
      }
    }
    const wake = (): void => look()
    const abort = (): void => done.reject(signal.reason as Error)
    const late = setTimeout(() => look(true), milliseconds)
    this.waiting.add(wake)
    signal.addEventListener('abort', abort, { once: true })
    try {
      return await done.promise
    } finally {
      clearTimeout(late)
      this.waiting.delete(wake)
      signal.removeEventListener('abort', abort)
    }
  }

  /** Waits so many ms. */
  async pause(milliseconds: number): Promise<void> {
    await this.until(() => false, milliseconds)
  }
}
