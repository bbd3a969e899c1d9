const two = (value: number): string => String(value).padStart(2, '0')

/**
 * A moment as text. `format` is `iso` (UTC), `unix` (seconds), `ms`, or a pattern in local time of YYYY, MM, DD, HH, mm, ss, SSS and Z
 * (offset from UTC).
 *
 * @param at ms since 1970 UTC
 */
export function formatTime(at: number, format: string): string {
  const date = new Date(at)
  if (Number.isNaN(date.getTime())) return ''
  switch (format) {
    case 'iso':
      return date.toISOString()
    case 'unix':
      return String(Math.floor(at / 1_000))
    case 'ms':
      return String(Math.floor(at))
  }
  const east = -date.getTimezoneOffset()
  const values: Record<string, string> = {
    YYYY: String(date.getFullYear()).padStart(4, '0'),
    MM: two(date.getMonth() + 1),
    DD: two(date.getDate()),
    HH: two(date.getHours()),
    mm: two(date.getMinutes()),
    ss: two(date.getSeconds()),
    SSS: String(date.getMilliseconds()).padStart(3, '0'),
    Z: `${east < 0 ? '-' : '+'}${two(Math.floor(Math.abs(east) / 60))}:${two(Math.abs(east) % 60)}`
  }
  return format.replace(/YYYY|MM|DD|HH|mm|SSS|ss|Z/g, (token) => values[token]!)
}
