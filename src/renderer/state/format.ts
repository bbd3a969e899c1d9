import { isoTime } from '../../shared/time-text'
import { getLocale } from '../paraglide/runtime'
import { display } from '../ui/display.svelte'

const formats = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>()

/** Intl formats are expensive to create: cache one of each kind per language. */
export function format<F extends Intl.NumberFormat | Intl.DateTimeFormat>(
  kind: string,
  make: (locale: string) => F
): F {
  const locale = getLocale()
  const key = `${locale} ${kind}`
  const known = formats.get(key) as F | undefined
  if (known) return known
  const made = make(locale)
  formats.set(key, made)
  return made
}

/** A whole number with grouped digits. */
export function count(value: number): string {
  return format('count', (locale) => new Intl.NumberFormat(locale)).format(value)
}

/** A number in at most four characters with its unit, such as 12.4k. The unit is a Latin letter in every language. */
export function compact(value: number): string {
  if (value < 1_000) return String(Number(value < 10 ? value.toFixed(1) : value.toFixed(0)))
  const units = ['k', 'M', 'G']
  let scaled = value / 1_000
  let unit = 0
  while (scaled >= 999.5 && unit < units.length - 1) {
    scaled /= 1_000
    unit++
  }
  return `${scaled < 99.95 ? Number(scaled.toFixed(1)) : Math.round(scaled)}${units[unit]}`
}

/** A byte count in the largest decimal unit (steps of 1,000) with a nonzero whole part. */
export function bytes(value: number): string {
  if (value < 1_000) return `${value} B`
  const units = ['kB', 'MB', 'GB', 'TB']
  let scaled = value / 1_000
  let unit = 0
  while (scaled >= 999.5 && unit < units.length - 1) {
    scaled /= 1_000
    unit++
  }
  return `${Number(scaled.toFixed(scaled < 99.95 ? 1 : 0))} ${units[unit]}`
}

const clockParts = { hour: '2-digit', minute: '2-digit', second: '2-digit' } as const
const toTheMillisecond = { ...clockParts, fractionalSecondDigits: 3 } as const
const day = { month: '2-digit', day: '2-digit' } as const

/** Formats a time in the language of Treetop with 24 hours or, if the user wants the system's format, in that. */
function dated(microseconds: number, parts: Intl.DateTimeFormatOptions): string {
  const isSystem = display.times === 'system'
  const make = (locale: string): Intl.DateTimeFormat =>
    isSystem
      ? new Intl.DateTimeFormat(undefined, parts)
      : new Intl.DateTimeFormat(locale, { ...parts, hourCycle: 'h23' })
  return format(`${display.times} ${JSON.stringify(parts)}`, make).format(new Date(microseconds / 1_000))
}

/** Whether the user wants times as ISO 8601. */
function isIso(): boolean {
  return display.times === 'iso' || display.times === 'utc'
}

/** The date as ISO 8601 has it, to this number of decimals of a second (0 to 6), with the offset from UTC; in UTC if the user wants that. */
function isoDate(microseconds: number, decimals: number): string {
  const ahead = display.times === 'utc' ? 0 : -new Date(Math.floor(microseconds / 1_000)).getTimezoneOffset()
  const text = isoTime(microseconds + ahead * 60e6).slice(0, decimals === 0 ? 19 : 20 + decimals)
  if (display.times === 'utc') return `${text}Z`
  const [hours, minutes] = [Math.floor(Math.abs(ahead) / 60), Math.abs(ahead) % 60]
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${text}${ahead < 0 ? '-' : '+'}${two(hours)}:${two(minutes)}`
}

/** µs since 1970 UTC as date and time with ms. */
export function momentTime(microseconds: number): string {
  return isIso()
    ? isoDate(microseconds, 3)
    : dated(microseconds, { year: 'numeric', ...day, ...toTheMillisecond })
}

/** µs since 1970 UTC as date and time with ms, without the year where that is possible. */
export function momentWithoutYear(microseconds: number): string {
  return isIso() ? isoDate(microseconds, 3) : dated(microseconds, { ...day, ...toTheMillisecond })
}

/** µs since 1970 UTC as time of day with ms; includes the date unless it is today. */
export function time(microseconds: number, now: number = Date.now()): string {
  if (isIso()) {
    const text = isoDate(microseconds, 3)
    return text.startsWith(isoDate(now * 1_000, 0).slice(0, 11)) ? text.slice(11) : text
  }
  const clock = dated(microseconds, toTheMillisecond)
  if (new Date(now).toDateString() === new Date(microseconds / 1_000).toDateString()) return clock
  return `${dated(microseconds, { month: 'short', day: 'numeric', year: 'numeric' })} ${clock}`
}

/** µs since 1970 UTC as a date. */
export function date(microseconds: number): string {
  return isIso() ? isoDate(microseconds, 0).slice(0, 10) : dated(microseconds, { year: 'numeric', ...day })
}

/** ms since 1970 UTC as date and time, to the minute. */
export function dateAndMinute(milliseconds: number): string {
  const microseconds = milliseconds * 1_000
  return isIso()
    ? isoDate(microseconds, 0).replace(/:\d\d(?=Z|[+-])/, '')
    : dated(microseconds, { dateStyle: 'medium', timeStyle: 'short' })
}

/** µs since 1970 UTC as ISO 8601 with µs and the offset from UTC; in UTC if the user wants that. */
export function exactTime(microseconds: number): string {
  return isoDate(microseconds, 6)
}

/** A formatted time without its fraction of a second. */
export function toTheSecond(text: string): string {
  return text.replace(/[.,٫]\p{Nd}{3}(?!\p{Nd})/u, '')
}

/** Width in px of a column of times that is `width` px wide with a time of day of 24 hours. */
export function timeWidth(width: number): number {
  return width + { clock: 0, system: 22, iso: 48, utc: 10 }[display.times]
}

/** How long ago something happened, in its largest unit; ms. */
export function age(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1_000))
  const [value, unit] =
    seconds < 60
      ? [seconds, 'second']
      : seconds < 3_600
        ? [Math.floor(seconds / 60), 'minute']
        : seconds < 86_400
          ? [Math.floor(seconds / 3_600), 'hour']
          : [Math.floor(seconds / 86_400), 'day']
  return format(
    `age ${unit}`,
    (locale) => new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' })
  ).format(value)
}

/** A duration in ms for display: 0.4 ms, 12 ms, 3.2 s. */
export function milliseconds(value: number): string {
  if (value < 10) return `${value.toFixed(1)} ms`
  return value < 1_000 ? `${Math.round(value)} ms` : `${(value / 1_000).toFixed(1)} s`
}
