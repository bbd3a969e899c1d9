import type { Lateness } from '../../../shared/contract/schedules'

/** Upper bounds of the steps in which lateness is counted grow by this factor from the first one, in ms. */
const FACTOR = 1.15
const FIRST = 0.05
const STEPS = 150

/** Counts how much later than planned messages were sent. Takes constant time and space. */
export class Punctuality {
  private readonly steps = new Uint32Array(STEPS)
  private count = 0
  private sum = 0
  private max = 0

  /** @param late ms; a message that is early is on time */
  note(late: number): void {
    const value = Math.max(0, late)
    const step = value <= FIRST ? 0 : Math.ceil(Math.log(value / FIRST) / Math.log(FACTOR))
    this.steps[Math.min(step, STEPS - 1)]!++
    this.count++
    this.sum += value
    this.max = Math.max(this.max, value)
  }

  /** `p99` is exact to 15 %. */
  get lateness(): Lateness {
    if (this.count === 0) return { mean: 0, p99: 0, max: 0 }
    let below = 0
    const step = this.steps.findIndex((count) => (below += count) >= this.count * 0.99)
    return { mean: this.sum / this.count, p99: Math.min(FIRST * FACTOR ** step, this.max), max: this.max }
  }
}
