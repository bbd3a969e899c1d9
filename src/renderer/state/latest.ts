/** Tracks the newest of several calls, so that answers that arrive after a newer call began are dropped. */
export class Latest {
  #newest = 0

  /** Begins a call. The returned function tells whether the call is still current. */
  begin(): () => boolean {
    this.#newest++
    return this.join()
  }

  /** Begins a call beside the newest one. It stays current as long as that one does. */
  join(): () => boolean {
    const mine = this.#newest
    return () => mine === this.#newest
  }

  /** Makes every call begun so far obsolete. */
  cancel(): void {
    this.#newest++
  }
}
