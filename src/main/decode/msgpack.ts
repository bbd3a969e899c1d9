import { ByteReader } from './byte-reader'
import { faultAt } from './fault'
import { hexLiteral, type Printer } from './printer'

/** Extension type of a timestamp. */
const TIMESTAMP = -1

/** Writes one MessagePack value (the specification at github.com/msgpack/msgpack). 64-bit integers are exact. Throws DecodeError, PrintCut. */
export function readMsgpack(bytes: Uint8Array, printer: Printer, partial = false): void {
  const reader = new ByteReader(bytes, partial)
  /** Items still to be read in each open list or map. */
  const open: number[] = []
  do {
    const items = readItem(reader, printer)
    if (items > 0) {
      open.push(items)
      continue
    }
    // The value that just ended may also complete the containers around it.
    while (open.length > 0 && --open[open.length - 1]! === 0) {
      open.pop()
      printer.end()
    }
  } while (open.length > 0)
  reader.expectEnd()
}

/** Reads a scalar, or the start of a list or map. Returns the number of items that follow in it. */
function readItem(reader: ByteReader, printer: Printer): number {
  const from = reader.at
  const byte = reader.u8()
  if (byte < 0x80 || byte >= 0xe0) return scalar(printer, byte < 0x80 ? byte : byte - 0x100)
  if (byte < 0x90) return begin(printer, 'map', byte & 0x0f)
  if (byte < 0xa0) return begin(printer, 'list', byte & 0x0f)
  if (byte < 0xc0) return text(reader, printer, byte & 0x1f)
  switch (byte) {
    case 0xc0:
      return scalar(printer, 'null')
    case 0xc2:
      return scalar(printer, 'false')
    case 0xc3:
      return scalar(printer, 'true')
    case 0xc4:
      return binary(reader, printer, reader.u8())
    case 0xc5:
      return binary(reader, printer, reader.u16())
    case 0xc6:
      return binary(reader, printer, reader.u32())
    case 0xc7:
      return extension(reader, printer, reader.u8())
    case 0xc8:
      return extension(reader, printer, reader.u16())
    case 0xc9:
      return extension(reader, printer, reader.u32())
    case 0xca:
      return float(printer, reader.f32())
    case 0xcb:
      return float(printer, reader.f64())
    case 0xcc:
      return scalar(printer, reader.u8())
    case 0xcd:
      return scalar(printer, reader.u16())
    case 0xce:
      return scalar(printer, reader.u32())
    case 0xcf:
      return scalar(printer, reader.u64())
    case 0xd0:
      return scalar(printer, reader.i8())
    case 0xd1:
      return scalar(printer, reader.i16())
    case 0xd2:
      return scalar(printer, reader.i32())
    case 0xd3:
      return scalar(printer, reader.i64())
    case 0xd4:
    case 0xd5:
    case 0xd6:
    case 0xd7:
    case 0xd8:
      return extension(reader, printer, 1 << (byte - 0xd4))
    case 0xd9:
      return text(reader, printer, reader.u8())
    case 0xda:
      return text(reader, printer, reader.u16())
    case 0xdb:
      return text(reader, printer, reader.u32())
    case 0xdc:
      return begin(printer, 'list', reader.u16())
    case 0xdd:
      return begin(printer, 'list', reader.u32())
    case 0xde:
      return begin(printer, 'map', reader.u16())
    case 0xdf:
      return begin(printer, 'map', reader.u32())
    default:
      // 0xc1 is never used.
      throw faultAt('MALFORMED', from, hexLiteral(Uint8Array.of(byte)))
  }
}

function scalar(printer: Printer, value: string | number | bigint): 0 {
  printer.scalar(String(value))
  return 0
}

function float(printer: Printer, value: number): 0 {
  printer.number(value)
  return 0
}

function begin(printer: Printer, kind: 'list' | 'map', count: number): number {
  printer.begin(kind)
  if (count === 0) printer.end()
  return kind === 'map' ? count * 2 : count
}

function text(reader: ByteReader, printer: Printer, length: number): 0 {
  printer.string(reader.text(length))
  return 0
}

function binary(reader: ByteReader, printer: Printer, length: number): 0 {
  printer.bytes(reader.take(length))
  return 0
}

function extension(reader: ByteReader, printer: Printer, length: number): 0 {
  const type = reader.i8()
  const content = reader.take(length)
  printer.scalar((type === TIMESTAMP && timestamp(content)) || `ext(${type}, ${hexLiteral(content)})`)
  return 0
}

/** Formats the timestamp extension to the nanosecond; null if it is malformed or outside the calendar's range. */
function timestamp(content: Uint8Array): string | null {
  const reader = new ByteReader(content)
  let seconds: number
  let nanoseconds = 0
  if (content.length === 4) seconds = reader.u32()
  else if (content.length === 8) {
    const both = reader.u64()
    nanoseconds = Number(both >> 34n)
    seconds = Number(both & 0x3_ffff_ffffn)
  } else if (content.length === 12) {
    nanoseconds = reader.u32()
    seconds = Number(reader.i64())
  } else return null
  const date = new Date(seconds * 1_000)
  if (Number.isNaN(date.getTime()) || nanoseconds > 999_999_999) return null
  const fraction = nanoseconds === 0 ? '' : `.${String(nanoseconds).padStart(9, '0')}`
  return `timestamp(${date.toISOString().slice(0, -5)}${fraction}Z)`
}
