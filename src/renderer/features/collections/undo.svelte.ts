/** A change to an item that can be undone. */
export interface Undo {
  collection: string
  /** Where the item is now. */
  path: string
  run: (path: string) => Promise<unknown>
}

/** The changes that can be undone, the latest last. */
export class UndoStack {
  #entries = $state.raw<readonly Undo[]>([])

  get isEmpty(): boolean {
    return this.#entries.length === 0
  }

  push(entry: Undo): void {
    this.#entries = [...this.#entries.slice(-MOST), entry]
  }

  /** Undoes a change, or the latest. Does nothing if it was undone before. */
  async undo(entry = this.#entries.at(-1)): Promise<void> {
    if (!entry || !this.#entries.includes(entry)) return
    this.#entries = this.#entries.filter((each) => each !== entry)
    await entry.run(entry.path)
  }

  /** An item has another path from now on, and so has what is in it. */
  moved(collection: string, from: string, to: string): void {
    for (const entry of this.#entries)
      if (entry.collection === collection && `${entry.path}/`.startsWith(`${from}/`))
        entry.path = to + entry.path.slice(from.length)
  }
}

const MOST = 100
