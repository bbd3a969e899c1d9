/** Runs asynchronous tasks one at a time, in the order of the calls. A task that fails does not block the next. */
export class InTurn {
  private last: Promise<unknown> = Promise.resolve()

  /** Returns the task's result, or throws its error. */
  run<T>(work: () => T | Promise<T>): Promise<T> {
    const done = this.last.then(work)
    this.last = done.catch(() => undefined)
    return done
  }

  /** Resolves when all tasks submitted so far have succeeded or failed. */
  async idle(): Promise<void> {
    await this.last
  }
}
