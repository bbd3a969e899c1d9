/** Places closer to each other than this are numbered anew. */
const LEAST_GAP = 1e-6

/**
 * The places of siblings after one was put in at an index. Usually only the new one gets a place, between its neighbours, so that a move
 * changes one file.
 *
 * @param siblings the places of the others, in their order; null: it has none
 */
export function orderAt(siblings: readonly (number | null)[], index: number): number[] {
  const isSorted = siblings.every((order, at) => order !== null && (at === 0 || order > siblings[at - 1]!))
  const before = siblings[index - 1] ?? null
  const after = siblings[index] ?? null
  const fits = before === null || after === null || after - before > LEAST_GAP
  if (!isSorted || !fits) return Array.from({ length: siblings.length + 1 }, (_, at) => at + 1)
  const order =
    before === null
      ? after === null
        ? 1
        : Math.ceil(after) - 1
      : after === null
        ? Math.floor(before) + 1
        : between(before, after)
  return (siblings as number[]).toSpliced(index, 0, order)
}

/** A whole number where there is one, otherwise the middle. */
function between(before: number, after: number): number {
  const whole = Math.floor(before) + 1
  return whole < after ? whole : (before + after) / 2
}
