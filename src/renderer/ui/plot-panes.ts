import uPlot from 'uplot'

/**
 * Panes of one plot, stacked below each other: each has a value axis of its own, and all share the time axis. They are one drawing: the
 * scale of a pane is extended beyond the plot's edges until its values fall into the pane.
 */

/** Values that a pane shows, from the bottom to the top of its axis. */
export interface PaneRange {
  low: number
  high: number
}

/** Share of a pane's height that stays free at its top and at its bottom, where panes meet. */
const MARGIN = 0.13
/** Fewest labels on an axis. */
const LABELS = 2
const LARGE = 1e7

interface Valued {
  at: readonly number[]
  values: readonly (number | null)[]
  held: { value: number } | null
}

/** The range of a pane for the values of its lines between two times or, if there are none, beside them. */
export function rangeOf(lines: readonly Valued[], from: number, to: number): PaneRange {
  const within = extent(lines, (at) => at >= from && at <= to)
  const { low, high } = within ?? extent(lines, () => true) ?? { low: 0, high: 1 }
  const [bottom, top] = uPlot.rangeNum(low, high, 0.1, true)
  return { low: bottom ?? low, high: top ?? high }
}

function extent(lines: readonly Valued[], counts: (at: number) => boolean): PaneRange | null {
  let [low, high] = [Infinity, -Infinity]
  const add = (value: number): void => {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  for (const { at, values, held } of lines) {
    for (const [index, value] of values.entries()) if (value !== null && counts(at[index]!)) add(value)
    if (held) add(held.value)
  }
  return low > high ? null : { low, high }
}

/** The scale over the whole height of the plot that puts a range into one of `count` panes; pane 0 is at the top. */
export function scaleOf({ low, high }: PaneRange, pane: number, count: number): { min: number; max: number } {
  const margin = count > 1 ? MARGIN / count : 0
  const top = 1 - pane / count - margin
  const bottom = 1 - (pane + 1) / count + margin
  const span = (high - low) / (top - bottom)
  const min = low - bottom * span
  return { min, max: min + span }
}

/** The values with labels on a pane's axis, `increment` apart, or less where the pane is too low for that. */
export function splitsOf({ low, high }: PaneRange, increment: number): number[] {
  const splits = multiples(low, high, increment)
  if (splits.length >= LABELS) return splits
  for (const divisor of [2, 5, 10]) {
    const finer = multiples(low, high, increment / divisor)
    // There is no room for more than the outermost of them.
    if (finer.length >= LABELS) return [finer[0]!, finer.at(-1)!]
  }
  return [low, high]
}

function multiples(low: number, high: number, step: number): number[] {
  const found: number[] = []
  // Rounding keeps labels free of traces of binary fractions.
  const slack = step * 1e-9
  for (let factor = Math.ceil((low - slack) / step); factor * step <= high + slack; factor++)
    found.push(Number((factor * step).toPrecision(12)))
  return found
}

/** Formats the labels of an axis alike: with as many digits as tell neighbours apart. */
export function labelsOf(splits: readonly number[], locale: string): string[] {
  if (splits.length === 0) return []
  const step = splits.length > 1 ? splits[1]! - splits[0]! : Math.abs(splits[0]!) || 1
  const most = Math.max(...splits.map((split) => Math.abs(split)))
  const digits = Math.floor(Math.log10(step) + 1e-9)
  const fraction = Math.max(0, Math.min(12, -Math.floor(Math.log10(step / 5) + 1e-9)))
  const format = new Intl.NumberFormat(
    locale,
    most >= LARGE
      ? {
          notation: 'compact',
          maximumSignificantDigits: Math.max(2, Math.min(15, Math.floor(Math.log10(most)) - digits + 2))
        }
      : { maximumFractionDigits: fraction }
  )
  return splits.map((split) => format.format(split))
}
