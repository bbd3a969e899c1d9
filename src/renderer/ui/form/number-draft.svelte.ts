/** A number that is being typed. It is stored once it is valid; until then, the typed number stays, with its fault. */
export class NumberDraft {
  #typed = $state<number | null>(null)
  readonly #stored: () => number
  readonly #faultOf: (typed: number) => string | null
  readonly #store: (value: number) => void
  /** What is wrong with the typed number, as a sentence. */
  readonly fault = $derived.by(() => (this.#typed === null ? null : this.#faultOf(this.#typed)))

  constructor(
    stored: () => number,
    faultOf: (typed: number) => string | null,
    store: (value: number) => void
  ) {
    this.#stored = stored
    this.#faultOf = faultOf
    this.#store = store
  }

  /** A number is being typed that is not stored yet. */
  get typing(): boolean {
    return this.#typed !== null
  }

  get value(): number {
    return this.#typed ?? this.#stored()
  }

  set value(typed: number) {
    this.#typed = typed
  }

  /** Call when the field is left. */
  keep(): void {
    if (this.#typed === null || this.fault !== null) return
    const typed = this.#typed
    this.#typed = null
    if (typed !== this.#stored()) this.#store(typed)
  }

  /** Enter stores the number, Escape takes it back. */
  press({ key }: KeyboardEvent): void {
    if (key === 'Enter') this.keep()
    else if (key === 'Escape') this.#typed = null
  }
}
