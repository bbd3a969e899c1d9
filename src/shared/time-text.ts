/** µs since 1970 UTC as ISO 8601 with six decimals, e.g. 2026-11-23T13:05:56.123456Z. */
export function isoTime(microseconds: number): string {
  const milliseconds = Math.floor(microseconds / 1_000)
  const rest = String(microseconds - milliseconds * 1_000).padStart(3, '0')
  return new Date(milliseconds).toISOString().replace('Z', `${rest}Z`)
}
