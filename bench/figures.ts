/** The median. NaN for no values. */
export function median(values: number[]): number {
  return percentile(values, 0.5)
}

/**
 * The value that a share (0 to 1) of the values does not exceed. It is the nearest actual value; the median of an even count is the
 * mean of two.
 */
export function percentile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  if (share === 0.5 && sorted.length % 2 === 0 && sorted.length > 0) {
    return (sorted[sorted.length / 2 - 1]! + sorted[sorted.length / 2]!) / 2
  }
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? NaN
}
