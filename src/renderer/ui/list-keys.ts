/**
 * The index of the row that a key moves to, or null when the key does not move.
 *
 * @param current index of the current row; -1 for none
 * @param total number of rows in the list
 * @param page number of rows that PageUp and PageDown skip
 */
export function rowByKey(key: string, current: number, total: number, page: number): number | null {
  const targets: Record<string, number> = {
    ArrowDown: current + 1,
    ArrowUp: current - 1,
    PageDown: current + page,
    PageUp: current - page,
    Home: 0,
    End: total - 1
  }
  if (total === 0 || !Object.hasOwn(targets, key)) return null
  return Math.max(0, Math.min(total - 1, targets[key]!))
}
