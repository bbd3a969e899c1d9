import { jsonScalars } from './json-scalars'

/** Larger payloads are published as they are, so that none delays the others. */
const LONGEST = 1_048_576
/** A time is found only if it is this close to when the message was received: from a year before to a day after, in µs. */
const YEAR = 366 * 86_400e6
const DAY = 86_400e6

const ISO = /^(\d{4}-\d\d-\d\d)([T ])(\d\d:\d\d)(?:(:\d\d)(?:([.,])(\d{1,9}))?)?(Z|z|[+-]\d\d(?::?\d\d)?)?$/
const NUMBER = /^([1-9]\d{8,16})(?:\.(\d{1,9}))?$/

/**
 * A JSON payload with its times moved by `shift` µs: ISO 8601 strings with a time of day, and seconds, ms and µs since 1970. Each keeps its
 * form: precision, time zone, separators. Everything else keeps its bytes. What is no JSON stays as it is, unless all of it is such a time.
 *
 * @param at when the message was received, in µs since 1970 UTC
 * @param pointers where the times are (RFC 6901); null: wherever a value is a time near `at`
 */
export function shiftTimes(
  payload: Buffer,
  shift: number,
  at: number,
  pointers: readonly string[] | null
): Buffer {
  if (payload.length > LONGEST || payload.length < 9) return payload
  // One character is one byte in this encoding, so that what is not replaced keeps its bytes, whatever they are.
  const text = payload.toString('latin1')
  const isNear = (time: number): boolean => pointers !== null || (time > at - YEAR && time < at + DAY)
  const move = (value: string): string | null =>
    movedIso(value, shift, isNear) ?? movedNumber(value, shift, isNear)
  if (!isJson(payload)) {
    if (pointers !== null && !pointers.includes('')) return payload
    const moved = movedIso(text.trim(), shift, isNear)
    return moved === null
      ? payload
      : Buffer.from(
          text.replace(text.trim(), () => moved),
          'latin1'
        )
  }
  const wanted = pointers && new Set(pointers)
  const depths = pointers && new Set(pointers.map((each) => each.split('/').length - 1))
  const parts: string[] = []
  let copied = 0
  for (const { start, end, isString, depth, pointer } of jsonScalars(text)) {
    // The quickest test first: few values are as long as a time.
    if (end - start < 9 || end - start > 40) continue
    // Making a pointer takes as long as it is deep, so that of each value in a deep text would take too long.
    if (wanted && !(depths!.has(depth) && wanted.has(pointer()))) continue
    const [from, to] = isString ? [start + 1, end - 1] : [start, end]
    const moved = move(text.slice(from, to))
    if (moved === null) continue
    parts.push(text.slice(copied, from), moved)
    copied = to
  }
  if (parts.length === 0) return payload
  parts.push(text.slice(copied))
  return Buffer.from(parts.join(''), 'latin1')
}

function isJson(payload: Buffer): boolean {
  try {
    JSON.parse(payload.toString('utf8'))
    return true
  } catch {
    return false
  }
}

/** A date and time, moved; null if it is none. The fraction beyond µs is kept. */
function movedIso(text: string, shift: number, isNear: (time: number) => boolean): string | null {
  const match = ISO.exec(text)
  if (!match) return null
  const [, date, between, minutes, seconds = '', point = '', fraction = '', zone = ''] = match
  // Its own zone, or none, is kept: what is moved is the time of day there.
  const read = Date.parse(`${date}T${minutes}${seconds || ':00'}Z`)
  // Dates that do not exist, such as February 30, would be read as others.
  if (Number.isNaN(read) || !new Date(read).toISOString().startsWith(`${date}T${minutes}`)) return null
  const time = read * 1_000 + Number(fraction.slice(0, 6).padEnd(6, '0'))
  if (!isNear(time - offsetOf(zone))) return null
  const moved = new Date(Math.floor((time + shift) / 1_000))
  const micros = (((time + shift) % 1e6) + 1e6) % 1e6
  if (Number.isNaN(moved.getTime()) || moved.getUTCFullYear() < 0 || moved.getUTCFullYear() > 9_999)
    return null
  const iso = moved.toISOString()
  const decimals =
    fraction === ''
      ? ''
      : (String(Math.floor(micros)).padStart(6, '0') + fraction.slice(6)).slice(0, fraction.length)
  return `${iso.slice(0, 10)}${between}${iso.slice(11, 16)}${seconds && iso.slice(16, 19)}${point}${decimals}${zone}`
}

/** The distance of a zone from UTC, in µs. */
function offsetOf(zone: string): number {
  const [, sign, hours, minutes = '0'] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? []
  if (sign === undefined) return 0
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60e6
}

/** A number of seconds, ms or µs since 1970, moved; null if it is none. Its size says which: seconds until the year 5138, ms from 1973. */
function movedNumber(text: string, shift: number, isNear: (time: number) => boolean): string | null {
  const match = NUMBER.exec(text)
  if (!match) return null
  const [, whole, fraction = ''] = match
  const size = Number(whole)
  const micros = size < 1e11 ? 1e6 : size < 1e14 ? 1e3 : 1
  if (!isNear(Number(text) * micros)) return null
  // As whole numbers of the last decimal: floating point would change decimals that are far behind the point.
  const scale = 10n ** BigInt(fraction.length)
  const moved = BigInt(whole! + fraction) + (BigInt(Math.round(shift)) * scale) / BigInt(micros)
  if (moved < 0n) return null
  const digits = moved.toString().padStart(fraction.length + 1, '0')
  return fraction === '' ? digits : `${digits.slice(0, -fraction.length)}.${digits.slice(-fraction.length)}`
}
