interface Calls<T> {
  get: () => Promise<T>
  set: (value: T) => Promise<unknown>
  /** Calls the listener with each value that was kept, also for other pages; returns what ends it. */
  follow: (listener: (value: T) => void) => () => void
  failed: (error: unknown) => void
  /** Called with each value that is shown. */
  changed?: (value: T) => void
}

/** A value that the process keeps. A change shows at once, and is taken back when it cannot be kept. */
export class Kept<T> {
  /** It has been read. */
  loaded = $state(false)
  readonly #calls: Calls<T>
  #shown: T
  /** What the process is known to hold. */
  #held: T
  /** Changes of this page without an answer yet. */
  #pending = 0

  constructor(first: T, calls: Calls<T>) {
    this.#shown = $state.raw(first)
    this.#held = first
    this.#calls = calls
  }

  get value(): T {
    return this.#shown
  }

  /** Follows changes until the returned function is called. */
  start(): () => void {
    const stop = this.#calls.follow((value) => this.#hold(value))
    void this.load()
    return stop
  }

  async load(): Promise<void> {
    try {
      this.#hold(await this.#calls.get())
      this.loaded = true
    } catch (error) {
      this.#calls.failed(error)
    }
  }

  /** True when it is kept. */
  async set(value: T): Promise<boolean> {
    this.#show(value)
    this.#pending++
    let kept = true
    try {
      await this.#calls.set(value)
    } catch (error) {
      kept = false
      this.#calls.failed(error)
    }
    this.#pending--
    this.#hold(kept ? value : this.#held)
    return kept
  }

  /** Until this page's changes are answered, the newest of them shows: what the process held before is replaced by it. */
  #hold(value: T): void {
    this.#held = value
    if (this.#pending === 0) this.#show(value)
  }

  #show(value: T): void {
    if (value === this.#shown) return
    this.#shown = value
    this.#calls.changed?.(value)
  }
}
