/** Columns of values for the same times. */
export interface Thinned {
  times: number[]
  columns: number[][]
}

/** Values that a small plot can show, two for each step. */
const MOST = 600

/**
 * The values after `from`, so few that a small plot can show each of them: of every step the least and the greatest, in the order in which
 * they came. Steps begin at multiples of their length, so that a plot that moves on does not flicker.
 *
 * @param times ms since 1970 UTC; ascending
 */
export function thinned(
  times: readonly number[],
  columns: readonly (readonly number[])[],
  from: number,
  to: number
): Thinned {
  let first = times.findIndex((time) => time >= from)
  if (first === -1) return { times: [], columns: columns.map(() => []) }
  // The line comes from the left edge.
  first = Math.max(0, first - 1)
  if (times.length - first <= MOST)
    return { times: times.slice(first), columns: columns.map((values) => values.slice(first)) }
  const step = Math.ceil((to - from) / (MOST / 2))
  const thin: Thinned = { times: [], columns: columns.map(() => []) }
  for (let start = first, end = start; start < times.length; start = end) {
    const number = Math.floor(times[start]! / step)
    while (end < times.length && Math.floor(times[end]! / step) === number) end++
    thin.times.push(times[start]!, times[end - 1]!)
    for (const [index, values] of columns.entries()) thin.columns[index]!.push(...ends(values, start, end))
  }
  return thin
}

/** The least and the greatest of some values, in the order in which they come. */
function ends(values: readonly number[], start: number, end: number): [number, number] {
  let [least, greatest] = [start, start]
  for (let at = start + 1; at < end; at++) {
    if (values[at]! < values[least]!) least = at
    if (values[at]! > values[greatest]!) greatest = at
  }
  return [values[Math.min(least, greatest)]!, values[Math.max(least, greatest)]!]
}

/** Index of the last time that is not after `at`, or the first; -1: there are no times. */
export function indexAt(times: readonly number[], at: number): number {
  if (times.length === 0) return -1
  let [low, high] = [0, times.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (times[middle]! <= at) low = middle
    else high = middle - 1
  }
  return low
}
