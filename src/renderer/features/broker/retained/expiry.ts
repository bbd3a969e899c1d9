import { m } from '../../../paraglide/messages'
import { count } from '../../../state/format'

/** Seconds in a unit. */
export const UNITS = [1, 60, 3_600, 86_400] as const
export type Unit = (typeof UNITS)[number]

/** Longest Message Expiry Interval, in seconds (MQTT 5.0, 3.3.2.3.3). */
const LONGEST = 0xffffffff

/** An expiry as it is typed. */
export interface ExpiryDraft {
  never: boolean
  /** NaN while it is not a number. */
  amount: number
  unit: Unit
}

export function unitName(unit: Unit): string {
  return { 1: m.keep_seconds, 60: m.keep_minutes, 3_600: m.keep_hours, 86_400: m.keep_days }[unit]()
}

/** Seconds, or null for never, as a person would type them: to the minute, unless it is a few minutes. */
export function draftOf(left: number | null): ExpiryDraft {
  if (left === null) return { never: true, amount: 1, unit: 3_600 }
  const seconds = left < 600 ? left : Math.round(left / 60) * 60
  const unit = UNITS.findLast((each) => seconds > 0 && seconds % each === 0) ?? 1
  return { never: false, amount: seconds / unit, unit }
}

/** Seconds from now; null: never. undefined: it is not an expiry. */
export function secondsOf({ never, amount, unit }: ExpiryDraft): number | null | undefined {
  if (never) return null
  const seconds = amount * unit
  return Number.isInteger(amount) && seconds >= 1 && seconds <= LONGEST ? seconds : undefined
}

/** How long, in at most two units: `2 h 5 min`. */
export function durationText(seconds: number): string {
  const parts = [86_400, 3_600, 60, 1] as const
  const from = parts.findIndex((each) => seconds >= each)
  if (from === -1) return shortOf(0, 1)
  const [large, small] = [parts[from]!, parts[from + 1]]
  const rest = small === undefined ? 0 : Math.floor((seconds % large) / small)
  const whole = shortOf(Math.floor(seconds / large), large)
  return rest === 0 ? whole : `${whole} ${shortOf(rest, small!)}`
}

function shortOf(amount: number, unit: Unit): string {
  const names = { 1: m.keep_short_s, 60: m.keep_short_min, 3_600: m.keep_short_h, 86_400: m.keep_short_d }
  return names[unit]({ count: count(amount) })
}
