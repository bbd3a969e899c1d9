import type { SeriesSource } from '../../../shared/contract/series'
import { fieldLevels } from './chart-words'

/*
 * Values of different quantities are drawn in panes below each other, not with several axes beside one plot: there may be more than two
 * magnitudes, lines that cross by chance suggest a relation, and each axis stands beside its own line. The names decide, not the ranges
 * of the values, so that the panes stay where they are while values change.
 */

/** Words that do not say what a value measures. */
const GENERIC = new Set(['value', 'val', 'v', 'state', 'current', 'data', 'payload', 'reading', 'now', 'raw'])
/** Values of one name share a pane unless their magnitudes differ by more than this factor. */
const DIFFERENT = 20

/** What a source measures, by its name: `temp` for `zones[0].temp` and for `oven/temp2`. */
export function quantityOf({ topic, path }: SeriesSource): string {
  const levels = [...topic.split('/'), ...fieldLevels(path)]
  for (const level of levels.reverse()) {
    const word = level.toLowerCase().replace(/[\s_.-]*\d+$/, '')
    if (word !== '' && !GENERIC.has(word)) return word
  }
  return ''
}

/** The pane of each line; 0 is at the top. `size` is the largest absolute value. */
export function panesOf(lines: readonly { source: SeriesSource; size: number }[]): number[] {
  const panes: { quantity: string; size: number }[] = []
  return lines.map(({ source, size }) => {
    const quantity = quantityOf(source)
    const found = panes.findIndex((pane) => pane.quantity === quantity && areAlike(pane.size, size))
    if (found === -1) return panes.push({ quantity, size }) - 1
    panes[found]!.size = Math.max(panes[found]!.size, size)
    return found
  })
}

function areAlike(a: number, b: number): boolean {
  return a === 0 || b === 0 || (a / b <= DIFFERENT && b / a <= DIFFERENT)
}
