/** The current row of a list of which only the rows around the visible ones are loaded. */
export class ListCursor<R> {
  /** Index of a row to select once it is loaded; null: none. */
  #sought = $state<number | null>(null)
  /** Index of the current row; -1 for none. */
  readonly index = $derived.by(() => this.#sought ?? this.#selected())
  readonly #selected: () => number
  readonly #rowAt: (index: number) => R | undefined
  readonly #select: (row: R) => void

  /** @param selected returns the index of the selected row; -1 when it is not loaded */
  constructor(selected: () => number, rowAt: (index: number) => R | undefined, select: (row: R) => void) {
    this.#selected = selected
    this.#rowAt = rowAt
    this.#select = select
  }

  /** Selects the row at an index, now or once it is loaded. */
  go(index: number): void {
    this.#sought = index
    this.reach()
  }

  /** Forgets the row that is not loaded yet, since another one was chosen. */
  clear(): void {
    this.#sought = null
  }

  /** Call when rows were loaded: the row to select may be among them. */
  reach(): void {
    const row = this.#sought === null ? undefined : this.#rowAt(this.#sought)
    if (row === undefined) return
    this.#sought = null
    this.#select(row)
  }
}
