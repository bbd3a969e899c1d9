/** Beyond this an epoch is taken for ms: as seconds it would lie after the year 5000, as ms it is 1973. */
const SECONDS_BELOW = 1e11

const ISO = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?:(:\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2})?)?$/i

/**
 * A time as it is typed, in µs since 1970 UTC; null when it is none. ISO 8601 to the microsecond (local time unless it says
 * otherwise; a date alone is its midnight), or seconds or ms since 1970 UTC.
 */
export function parseTime(text: string): number | null {
  if (/^\d+(\.\d+)?$/.test(text)) {
    const value = Number(text)
    return within(Math.round(value < SECONDS_BELOW ? value * 1e6 : value * 1e3))
  }
  const [, date, minutes = '00:00', seconds = ':00', fraction = '', zone = ''] = ISO.exec(text) ?? []
  if (date === undefined) return null
  const at = new Date(`${date}T${minutes}${seconds}${zone.toUpperCase()}`)
  // Dates that do not exist, such as February 30, would become others.
  const day = new Date(`${date}T00:00:00Z`)
  if (Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== date) return null
  return within(at.getTime() * 1e3 + Number(fraction.padEnd(6, '0').slice(0, 6)))
}

function within(microseconds: number): number | null {
  return Number.isSafeInteger(microseconds) ? microseconds : null
}
