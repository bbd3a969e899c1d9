/** A local time as a datetime-local field gives it, in µs since 1970 UTC; null when it is empty or none. */
export function microsecondsOf(local: string): number | null {
  const milliseconds = new Date(local).getTime()
  return Number.isNaN(milliseconds) ? null : milliseconds * 1_000
}
