/** Which of the open tabs is in front. Each kind of tabs adds its own, in the order in which they stand. */
export class Front {
  id = $state<string | null>(null)
  readonly #kinds: (() => readonly { id: string }[])[] = []

  add(tabs: () => readonly { id: string }[]): void {
    this.#kinds.push(tabs)
  }

  /** Where none of the tabs is in front, the first one is from now on. */
  settle(): void {
    const ids = this.#ids()
    if (this.id === null || !ids.includes(this.id)) this.id = ids[0] ?? null
  }

  /** A tab is about to go: it hands the front to its neighbour. */
  leave(id: string): void {
    if (this.id !== id) return
    const ids = this.#ids()
    const place = ids.indexOf(id)
    this.id = ids[place + 1] ?? ids[place - 1] ?? null
  }

  #ids(): string[] {
    return this.#kinds.flatMap((tabs) => tabs().map(({ id }) => id))
  }
}
