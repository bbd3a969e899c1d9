import { setImmediate as turn } from 'node:timers/promises'

/**
 * Lets long work share its thread: the work checks regularly whether its time slice is used up, and if so lets other work run before it
 * continues.
 */
export class Pacer {
  private deadline: number

  /** Starts the first slice. `slice` is the length of each slice in ms. */
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

  /** If the slice is used up, lets other work run and starts the next slice. Returns whether it did. */
  async yieldIfDue(): Promise<boolean> {
    if (!this.isDue) return false
    await this.yield()
    return true
  }

  /** Lets other work run, and starts the next slice. */
  async yield(): Promise<void> {
    await turn()
    this.restart()
  }

  /** Starts the next slice, after the work had to wait for something else. */
  restart(): void {
    this.deadline = this.now() + this.slice
  }
}
