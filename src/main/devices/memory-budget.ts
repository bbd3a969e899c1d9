/**
 * Memory still available, in bytes. Charges are estimates, and rather too high: they keep messages from strangers from filling the memory,
 * and need not be exact.
 */
export class MemoryBudget {
  constructor(private left: number) {}

  /** Takes bytes from the budget; returns false, and takes none, if too few are left. */
  take(bytes: number): boolean {
    if (bytes > this.left) return false
    this.left -= bytes
    return true
  }

  giveBack(bytes: number): void {
    this.left += bytes
  }
}

/** Most memory that a string can take, in bytes: V8 stores a character in one or two bytes. */
export function textBytes(text: string): number {
  return 24 + 2 * text.length
}

/** Estimated size of a value as parsed from JSON, in bytes. */
export function valueBytes(value: unknown): number {
  if (typeof value === 'string') return textBytes(value)
  if (typeof value !== 'object' || value === null) return 8
  return Object.values(value).reduce<number>((bytes, each) => bytes + 8 + valueBytes(each), 50)
}
