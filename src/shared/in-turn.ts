/** Runs asynchronous work one piece after the other, in the order of the calls. A piece that fails does not hold up the next. */
export class InTurn {
  private last: Promise<unknown> = Promise.resolve()

  /** Gives what the work gives, or throws what it throws. */
  run<T>(work: () => T | Promise<T>): Promise<T> {
    const done = this.last.then(work)
    this.last = done.catch(() => undefined)
    return done
  }

  /** Resolves when the work that was given so far is done, however it ended. */
  async idle(): Promise<void> {
    await this.last
  }
}
