import { setImmediate as turn } from 'node:timers/promises'

/**
 * Shares a thread between long work and everything else on it: the work asks now and then, and waits for its next turn once a slice of
 * time is used up.
 */
export class Pacer {
  private deadline: number

  /** Begins the first slice; `slice` is its length in ms. */
  constructor(
    private readonly slice: number,
    private readonly now: () => number = () => performance.now()
  ) {
    this.deadline = now() + slice
  }

  /** Whether the slice is used up. */
  get isDue(): boolean {
    return this.now() >= this.deadline
  }

  /** Lets others have their turn when the slice is used up, and begins the next one. Answers whether it did. */
  async yieldIfDue(): Promise<boolean> {
    if (!this.isDue) return false
    await this.yield()
    return true
  }

  /** Lets others have their turn, and begins the next slice. */
  async yield(): Promise<void> {
    await turn()
    this.restart()
  }

  /** Begins the next slice: the work had waited for something else. */
  restart(): void {
    this.deadline = this.now() + this.slice
  }
}
