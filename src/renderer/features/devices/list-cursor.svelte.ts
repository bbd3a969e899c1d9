/** The current row of a list of which only the rows around what is in sight are at hand. */
export class ListCursor<R> {
  /** The row that was gone to while it is not at hand yet. */
  #sought = $state<number | null>(null)
  /** Index of the current row; -1 for none. */
  readonly index = $derived.by(() => this.#sought ?? this.#selected())
  readonly #selected: () => number
  readonly #rowAt: (index: number) => R | undefined
  readonly #select: (row: R) => void

  /** @param selected index of the selected row; -1 when it is not at hand */
  constructor(selected: () => number, rowAt: (index: number) => R | undefined, select: (row: R) => void) {
    this.#selected = selected
    this.#rowAt = rowAt
    this.#select = select
  }

  /** Selects the row at an index, now or when it is at hand. */
  go(index: number): void {
    this.#sought = index
    this.reach()
  }

  /** Forgets a row that is not loaded yet: another one was chosen. */
  clear(): void {
    this.#sought = null
  }

  /** Rows came: the one that was gone to may be among them. */
  reach(): void {
    const row = this.#sought === null ? undefined : this.#rowAt(this.#sought)
    if (row === undefined) return
    this.#sought = null
    this.#select(row)
  }
}
