import { display } from '../ui/display.svelte'

/** Parses the value of a datetime-local field, in the time zone that times are shown in, to µs since 1970 UTC; null when it is empty or invalid. */
export function microsecondsOf(text: string): number | null {
  const milliseconds = new Date(display.times === 'utc' ? `${text}Z` : text).getTime()
  return Number.isNaN(milliseconds) ? null : milliseconds * 1_000
}

/** µs since 1970 UTC as the value of a datetime-local field, to the millisecond. */
export function fieldTime(microseconds: number): string {
  const at = new Date(microseconds / 1_000)
  const ahead = display.times === 'utc' ? 0 : -at.getTimezoneOffset()
  return new Date(at.getTime() + ahead * 60_000).toISOString().slice(0, 23)
}
