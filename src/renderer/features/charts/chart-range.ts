import type { Series } from '../../../shared/contract/series'
import { LENGTHS } from './chart.svelte'

/** A time range with values: the last `length` µs (null: everything), or a part of the past (µs since 1970). */
export type RangeOffer =
  { kind: 'last'; length: number | null } | { kind: 'earlier' | 'later'; from: number; to: number }

/** Share of a range between its edge and the value for which it is offered. */
const EDGE = 0.15

/** Whether none of the series has a value in the range, although there are some before or after it. */
export function isBetweenValues(series: readonly Series[]): boolean {
  return series.every(({ points }) => points === 0) && series.some(({ kind }) => kind !== 'none')
}

/** The ranges to offer in place of one that has no values. `zoomed`: it is a part of the past, not the time up to now. */
export function offersFor(
  series: readonly Series[],
  { from, to, zoomed }: { from: number; to: number; zoomed: boolean }
): RangeOffer[] {
  const before = Math.max(...series.map((each) => each.before ?? -Infinity))
  const after = Math.min(...series.map((each) => each.after ?? Infinity))
  const length = to - from
  if (!zoomed) {
    if (before === -Infinity) return []
    // The value must not lie on the edge, where it would soon be gone.
    const needed = (to - before) * (1 + EDGE)
    return [{ kind: 'last', length: LENGTHS.find((each) => each === null || each >= needed) ?? null }]
  }
  const offers: RangeOffer[] = []
  if (before > -Infinity)
    offers.push({ kind: 'earlier', from: before - length * (1 - EDGE), to: before + length * EDGE })
  if (after < Infinity)
    offers.push({ kind: 'later', from: after - length * EDGE, to: after + length * (1 - EDGE) })
  return offers
}
