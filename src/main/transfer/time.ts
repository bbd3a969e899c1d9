/** From this value on, an epoch counts as ms: as seconds it would be after the year 5000, as ms it is in 1973. */
const SECONDS_BELOW = 1e11

const ISO = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?:(:\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2})?)?$/i

/**
 * Parses a typed time to µs since 1970 UTC; null when invalid. ISO 8601 to the microsecond (local time unless it has a
 * zone; a date alone means midnight), or seconds or ms since 1970 UTC.
 */
export function parseTime(text: string): number | null {
  if (/^\d+(\.\d+)?$/.test(text)) {
    const value = Number(text)
    return within(Math.round(value < SECONDS_BELOW ? value * 1e6 : value * 1e3))
  }
  const [, date, minutes = '00:00', seconds = ':00', fraction = '', zone = ''] = ISO.exec(text) ?? []
  if (date === undefined) return null
  const at = new Date(`${date}T${minutes}${seconds}${zone.toUpperCase()}`)
  // Dates that do not exist, such as February 30, would roll over to other dates.
  const day = new Date(`${date}T00:00:00Z`)
  if (Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== date) return null
  return within(at.getTime() * 1e3 + Number(fraction.padEnd(6, '0').slice(0, 6)))
}

function within(microseconds: number): number | null {
  return Number.isSafeInteger(microseconds) ? microseconds : null
}
