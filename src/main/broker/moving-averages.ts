/** Minutes. */
const spans = [1, 5, 15] as const

/**
 * How fast a counter grows, per minute, averaged over 1, 5 and 15 minutes. As in a Unix load average, what happened counts less the longer
 * it is ago: exponentially, with the span as time constant.
 */
export class MovingAverages {
  private last = 0
  private readonly values = new Map(spans.map((span) => [span, 0]))

  /** The counter is now at `count`, `seconds` after the last time. */
  add(count: number, seconds: number): void {
    // The computer's clock was set back.
    if (seconds <= 0) return
    const rate = ((count - this.last) * 60) / seconds
    this.last = count
    for (const [span, value] of this.values)
      this.values.set(span, rate + Math.exp(-seconds / (span * 60)) * (value - rate))
  }

  /** By span in minutes. */
  all(): Iterable<[number, number]> {
    return this.values
  }
}
