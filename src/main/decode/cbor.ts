import { ByteReader } from './byte-reader'
import { faultAt } from './fault'
import { hexLiteral, type Printer } from './printer'

/** Longest big number (tags 2 and 3), in bytes, that is written as a number. */
const MAX_BIGNUM = 1_024
/** The tag that marks data as CBOR (RFC 8949, section 3.4.6). */
const SELF_DESCRIBED = 55_799

const LIST = 4
const MAP = 5
const TAG = 6
const INDEFINITE = 31
const BREAK = 0xff

/** Items still to be read in a list or map; Infinity until a break. */
interface Open {
  left: number
  map: boolean
  /** Items read so far. */
  items: number
}

/** Writes one CBOR item (RFC 8949). Integers and big numbers are exact; other tags are shown. Throws DecodeError, PrintCut. */
export function readCbor(bytes: Uint8Array, printer: Printer, partial = false): void {
  const reader = new ByteReader(bytes, partial)
  const open: Open[] = []
  do {
    const top = open.at(-1)
    if (top?.left === Infinity && bytes[reader.at] === BREAK) {
      // A key has no value.
      if (top.map && top.items % 2 === 1) throw faultAt('MALFORMED', reader.at, 'break')
      reader.at++
      open.pop()
      printer.end()
    } else if (!readItem(reader, printer, open)) continue
    // The value that just ended may also complete the containers around it.
    for (let parent = open.at(-1); parent; parent = open.at(-1)) {
      parent.items++
      if (--parent.left > 0) break
      open.pop()
      printer.end()
    }
  } while (open.length > 0)
  reader.expectEnd()
}

/** Reads a scalar, or the start of a list or map. Returns whether the item is complete. */
function readItem(reader: ByteReader, printer: Printer, open: Open[]): boolean {
  for (;;) {
    const from = reader.at
    const initial = reader.u8()
    const major = initial >> 5
    const info = initial & 0x1f
    if (major === 7) {
      readSimple(reader, printer, info)
      return true
    }
    if (info > 27 && info < INDEFINITE) throw faultAt('MALFORMED', from, hexByte(initial))
    if (major === LIST || major === MAP) {
      const count = info === INDEFINITE ? Infinity : Number(argument(reader, info)) * (major === MAP ? 2 : 1)
      printer.begin(major === MAP ? 'map' : 'list')
      if (count > 0) {
        open.push({ left: count, map: major === MAP, items: 0 })
        return false
      }
      printer.end()
      return true
    }
    if (info === INDEFINITE) {
      if (major !== 2 && major !== 3) throw faultAt('MALFORMED', from, hexByte(initial))
      readPieces(reader, printer, major)
      return true
    }
    const value = argument(reader, info)
    if (major !== TAG) {
      readScalar(reader, printer, major, value)
      return true
    }
    if (!readBignum(reader, printer, value)) {
      if (value !== SELF_DESCRIBED) printer.tag(String(value))
    } else return true
  }
}

function readScalar(reader: ByteReader, printer: Printer, major: number, value: number | bigint): void {
  switch (major) {
    case 0:
      printer.scalar(String(value))
      break
    case 1:
      printer.scalar(String(-1n - BigInt(value)))
      break
    case 2:
      printer.bytes(reader.take(Number(value)))
      break
    default:
      printer.string(reader.text(Number(value)))
  }
}

/** Writes the number of a tag 2 or 3 (section 3.4.3); returns false for another tag, or if no bytes follow. */
function readBignum(reader: ByteReader, printer: Printer, tag: number | bigint): boolean {
  const next = reader.bytes[reader.at] ?? 0
  const info = next & 0x1f
  if ((tag !== 2 && tag !== 3) || next >> 5 !== 2 || info > 25) return false
  const from = reader.at++
  const length = Number(argument(reader, info))
  if (length > MAX_BIGNUM) {
    reader.at = from
    return false
  }
  const value = BigInt(`0x0${Buffer.from(reader.take(length)).toString('hex')}`)
  printer.scalar(String(tag === 2 ? value : -1n - value))
  return true
}

/** Reads a string sent in chunks of its own type, up to a break (section 3.2.3). */
function readPieces(reader: ByteReader, printer: Printer, major: number): void {
  const pieces: Uint8Array[] = []
  while (reader.bytes[reader.at] !== BREAK) {
    const from = reader.at
    const initial = reader.u8()
    if (initial >> 5 !== major || (initial & 0x1f) > 27) throw faultAt('MALFORMED', from, hexByte(initial))
    const length = Number(argument(reader, initial & 0x1f))
    if (major === 3) pieces.push(Buffer.from(reader.text(length)))
    else pieces.push(reader.take(length))
  }
  reader.at++
  const whole = Buffer.concat(pieces)
  if (major === 3) printer.string(whole.toString())
  else printer.bytes(whole)
}

/** Floats and simple values (section 3.3). */
function readSimple(reader: ByteReader, printer: Printer, info: number): void {
  const from = reader.at - 1
  if (info === 20 || info === 21) printer.scalar(info === 21 ? 'true' : 'false')
  else if (info === 22) printer.scalar('null')
  else if (info === 23) printer.scalar('undefined')
  else if (info < 20) printer.scalar(`simple(${info})`)
  else if (info === 24) {
    const value = reader.u8()
    if (value < 32) throw faultAt('MALFORMED', from, `simple(${value})`)
    printer.scalar(`simple(${value})`)
  } else if (info === 25) printer.number(half(reader.u16()))
  else if (info === 26) printer.number(reader.f32())
  else if (info === 27) printer.number(reader.f64())
  else throw faultAt('MALFORMED', from, info === INDEFINITE ? 'break' : hexByte(0xe0 | info))
}

/** Reads the argument of an initial byte, from the byte itself or the bytes after it (section 3). */
function argument(reader: ByteReader, info: number): number | bigint {
  if (info < 24) return info
  if (info === 24) return reader.u8()
  if (info === 25) return reader.u16()
  return info === 26 ? reader.u32() : reader.u64()
}

/** IEEE 754 binary16 (appendix D). */
function half(bits: number): number {
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  const sign = bits >> 15 ? -1 : 1
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction ? NaN : sign * Infinity
  return sign * (fraction + 1_024) * 2 ** (exponent - 25)
}

function hexByte(byte: number): string {
  return hexLiteral(Uint8Array.of(byte))
}
