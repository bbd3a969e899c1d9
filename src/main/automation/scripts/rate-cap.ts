/** Allows so many things within a period, and counts the others. */
export class RateCap {
  private since = 0
  private count = 0
  private held = 0

  constructor(
    private readonly most: number,
    private readonly period: number
  ) {}

  /** Whether one more is allowed. `refused`: how many were not in the period before, once. */
  take(now = Date.now()): { isAllowed: boolean; refused: number } {
    let refused = 0
    if (now - this.since >= this.period) {
      refused = this.held
      this.since = now
      this.count = this.held = 0
    }
    if (this.count >= this.most) {
      this.held++
      return { isAllowed: false, refused }
    }
    this.count++
    return { isAllowed: true, refused }
  }
}
