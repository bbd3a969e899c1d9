/** Values in the order of their times: numbers, or indexes of states. */
export interface Samples {
  readonly length: number
  /** µs since 1970 UTC. */
  timeAt(index: number): number
  /** NaN: not a number. */
  number(index: number): number
  /** -1: not a state. */
  state(index: number): number
}

/** The points to draw: times ascend, and null begins a gap. */
export interface Drawn {
  at: number[]
  values: (number | null)[]
  /** Every value is on the line: none was left out that differs from its neighbours. */
  exact: boolean
}

/** Number of intervals sampled to find the usual one. */
const LOOKED_AT = 1_024
/** Fewer values than this have no gaps: the usual interval is unknown. */
const FEW = 8
const GAP_FACTOR = 10
const GAP_LEAST = 1e6
/** Number of intervals before a value from which `heldFrom` learns how often values come. */
const RECENT = 64
const OVERDUE_FACTOR = 5
const OVERDUE_LEAST = 2e6
/** The newest value is held at the latest once it ends this share of the period before the period does: the rest would stay empty. */
const OVERDUE_SHARE = 0.05
/** Marks several states within an interval. */
export const SEVERAL = -1

/** The first index whose time is at or after a time. */
export function indexFrom(samples: Samples, time: number): number {
  let low = 0
  let high = samples.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (samples.timeAt(middle) < time) low = middle + 1
    else high = middle
  }
  return low
}

/** How long (µs) values must be missing for a gap. */
export function gapOf(samples: Samples, from: number, to: number): number {
  return to - from - 1 < FEW ? Infinity : Math.max(GAP_LEAST, GAP_FACTOR * usualInterval(samples, from, to))
}

/**
 * The time (µs) of the value at an index, if it still stands at `to` because no message came for longer than usual; null if it is recent.
 * `length`: of the period (µs).
 */
export function heldFrom(samples: Samples, index: number, to: number, length: number): number | null {
  if (index < 0) return null
  const at = samples.timeAt(index)
  const usual = usualInterval(samples, Math.max(0, index - RECENT), index + 1)
  const overdue = Math.max(OVERDUE_LEAST, Math.min(usual * OVERDUE_FACTOR, length * OVERDUE_SHARE))
  return to - at > overdue ? at : null
}

/** The median interval (µs) between values; Infinity for fewer than two. */
function usualInterval(samples: Samples, from: number, to: number): number {
  const count = to - from - 1
  if (count < 1) return Infinity
  const step = Math.max(1, Math.floor(count / LOOKED_AT))
  const differences: number[] = []
  for (let index = from; index < from + count; index += step)
    differences.push(samples.timeAt(index + 1) - samples.timeAt(index))
  differences.sort((a, b) => a - b)
  return differences[Math.floor(differences.length / 2)]!
}

/**
 * Numbers from one index to another, at most four per interval of `width` µs: the first, minimum, maximum and last, so that the
 * line looks like one through all values (M4; Jugel et al., VLDB 2014).
 */
export function drawNumbers(samples: Samples, from: number, to: number, width: number): Drawn {
  const gap = gapOf(samples, from, to)
  const drawn: Drawn = { at: [], values: [], exact: true }
  const put = (index: number): void => {
    drawn.at.push(samples.timeAt(index))
    drawn.values.push(samples.number(index))
  }
  let [first, lowest, highest, last, count] = [-1, -1, -1, -1, 0]
  let ends = -Infinity
  const flush = (): void => {
    if (count === 0) return
    const kept = [...new Set([first, lowest, highest, last])].sort((a, b) => a - b)
    for (const index of kept) put(index)
    // Repetitions of one value within an interval are on the line even if they are not listed.
    if (kept.length < count && samples.number(lowest) !== samples.number(highest)) drawn.exact = false
    count = 0
  }
  let before = NaN
  for (let index = from; index < to; index++) {
    const value = samples.number(index)
    const at = samples.timeAt(index)
    // A value that is not a number is a gap, too.
    const missing = Number.isNaN(value)
    if (missing || at - before > gap) {
      flush()
      ends = -Infinity
      if (drawn.values.length > 0 && drawn.values.at(-1) !== null && (missing || at - before > width)) {
        drawn.at.push(missing ? at : before + (at - before) / 2)
        drawn.values.push(null)
      }
    }
    if (missing) {
      before = NaN
      continue
    }
    before = at
    if (at >= ends) {
      flush()
      ends = (Math.floor(at / width) + 1) * width
    }
    if (count++ === 0) first = lowest = highest = index
    else if (value < samples.number(lowest)) lowest = index
    else if (value > samples.number(highest)) highest = index
    last = index
  }
  flush()
  return drawn
}

/** The start of each state from one index to another. An interval of `width` µs with several changes becomes SEVERAL. */
export function drawStates(samples: Samples, from: number, to: number, width: number): Drawn {
  const gap = gapOf(samples, from, to)
  const drawn: Drawn = { at: [], values: [], exact: true }
  const put = (at: number, value: number | null): void => {
    if (drawn.values.length > 0 && drawn.values.at(-1) === value) return
    drawn.at.push(at)
    drawn.values.push(value)
  }
  let changes: { at: number; value: number | null }[] = []
  let stretch = NaN
  const flush = (): void => {
    const [first] = changes
    if (first && changes.length === 1) put(first.at, first.value)
    else if (first) {
      drawn.exact = false
      // A state shorter than an interval between two SEVERAL intervals would not be visible.
      if (drawn.values.at(-2) === SEVERAL && first.at - drawn.at.at(-1)! < width) {
        drawn.at.pop()
        drawn.values.pop()
      }
      put(first.at, SEVERAL)
      put((stretch + 1) * width, changes.at(-1)!.value)
    }
    changes = []
  }
  let held: number | null | undefined
  const change = (at: number, value: number | null): void => {
    if (value === held) return
    held = value
    const own = Math.floor(at / width)
    if (own !== stretch) flush()
    stretch = own
    changes.push({ at, value })
  }
  let before = NaN
  for (let index = from; index < to; index++) {
    const at = samples.timeAt(index)
    if (at - before > gap) change(before + 1, null)
    const state = samples.state(index)
    change(at, state < 0 ? null : state)
    before = at
  }
  flush()
  return drawn
}
