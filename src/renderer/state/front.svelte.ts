/** Tracks which open tab is in front. Each kind of tab adds its own list, in display order. */
export class Front {
  id = $state<string | null>(null)
  readonly #kinds: (() => readonly { id: string }[])[] = []

  add(tabs: () => readonly { id: string }[]): void {
    this.#kinds.push(tabs)
  }

  /** Brings the first tab to the front if none is. */
  settle(): void {
    const ids = this.#ids()
    if (this.id === null || !ids.includes(this.id)) this.id = ids[0] ?? null
  }

  /** Call before a tab closes: brings its neighbour to the front. */
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
