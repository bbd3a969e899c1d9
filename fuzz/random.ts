/** Pseudo-random numbers that are reproducible for a seed (xorshift32). */
export class Random {
  private state: number

  constructor(seed: number) {
    this.state = seed | 1
  }

  /** An integer from 0 up to, but excluding, a limit. */
  below(limit: number): number {
    this.state ^= this.state << 13
    this.state ^= this.state >>> 17
    this.state ^= this.state << 5
    return (this.state >>> 0) % limit
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)))
  }
}
