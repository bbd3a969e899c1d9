/** Parses the value of a datetime-local field to µs since 1970 UTC; null when it is empty or invalid. */
export function microsecondsOf(local: string): number | null {
  const milliseconds = new Date(local).getTime()
  return Number.isNaN(milliseconds) ? null : milliseconds * 1_000
}
