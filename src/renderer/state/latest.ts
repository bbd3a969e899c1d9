/** Calls of which only the newest one counts: an answer that comes after another call was begun is dropped. */
export class Latest {
  #newest = 0

  /** Begins a call. The function that it gives tells whether the call still counts. */
  begin(): () => boolean {
    this.#newest++
    return this.join()
  }

  /** Begins a call beside the newest one: it counts as long as that one does. */
  join(): () => boolean {
    const mine = this.#newest
    return () => mine === this.#newest
  }

  /** No call that was begun so far counts any more. */
  cancel(): void {
    this.#newest++
  }
}
