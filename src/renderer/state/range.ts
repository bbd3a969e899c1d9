import { microsecondsOf } from './local-time'

export type RangeKind = 'all' | 'hour' | 'day' | 'custom'

/** A time range: at or after `from` and before `to`, in microseconds since 1970 UTC; null: that end is open. */
export interface Range {
  from: number | null
  to: number | null
}

export type RangeFault = 'missing' | 'reversed'

const HOUR = 3_600_000_000

/**
 * The range that the user chose, or its fault.
 * @param from local time as a datetime-local field returns it, empty for none; custom ranges only
 * @param now ms since 1970 UTC
 */
export function rangeOf(kind: RangeKind, from: string, to: string, now: number): Range | RangeFault {
  switch (kind) {
    case 'all':
      return { from: null, to: null }
    case 'hour':
      return { from: now * 1_000 - HOUR, to: null }
    case 'day':
      return { from: now * 1_000 - 24 * HOUR, to: null }
    case 'custom': {
      const range = { from: microsecondsOf(from), to: microsecondsOf(to) }
      if (range.from === null && range.to === null) return 'missing'
      if (range.from !== null && range.to !== null && range.to <= range.from) return 'reversed'
      return range
    }
  }
}
