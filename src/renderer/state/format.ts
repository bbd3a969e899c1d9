import { getLocale } from '../paraglide/runtime'

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

/** Parts of a local date and time with ms. */
export const toTheMillisecond = {
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  hourCycle: 'h23'
} as const

/** µs since 1970 UTC as local date and time with ms. */
export function momentTime(microseconds: number): string {
  return format(
    'moment',
    (locale) =>
      new Intl.DateTimeFormat(locale, {
        year: 'numeric',
        ...toTheMillisecond
      })
  ).format(new Date(microseconds / 1_000))
}

/** µs since 1970 UTC as local time of day with ms; includes the date unless it is today. */
export function time(microseconds: number, now: number = Date.now()): string {
  const date = new Date(microseconds / 1_000)
  const sameDay = new Date(now).toDateString() === date.toDateString()
  const clock = format(
    'time',
    (locale) =>
      new Intl.DateTimeFormat(locale, {
        hour: '2-digit',
        minute: '2-digit',
        second: '2-digit',
        fractionalSecondDigits: 3,
        hourCycle: 'h23'
      })
  ).format(date)
  if (sameDay) return clock
  const day = format(
    'day',
    (locale) => new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric', year: 'numeric' })
  )
  return `${day.format(date)} ${clock}`
}

/** ms since 1970 UTC as local date and time, to the minute. */
export function dateAndMinute(milliseconds: number): string {
  return format(
    'minute',
    (locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' })
  ).format(new Date(milliseconds))
}

export { isoTime as exactTime } from '../../shared/time-text'

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

/** A formatted time without its fraction of a second. */
export function toTheSecond(text: string): string {
  return text.replace(/[.,]\d+$/, '')
}
