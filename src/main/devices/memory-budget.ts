/**
 * Memory that may still be taken, in bytes. What is charged are estimates, rather too high than too low: they keep what strangers publish
 * from filling the memory, and need not be exact.
 */
export class MemoryBudget {
  constructor(private left: number) {}

  /** Takes so many bytes; false where they are not there, and none are taken. */
  take(bytes: number): boolean {
    if (bytes > this.left) return false
    this.left -= bytes
    return true
  }

  giveBack(bytes: number): void {
    this.left += bytes
  }
}

/** What a string takes at most, in bytes: V8 keeps a character in one byte or two. */
export function textBytes(text: string): number {
  return 24 + 2 * text.length
}
