import type { DataType } from '../../shared/sparkplug-types'
import type { ByteReader } from './byte-reader'
import { faultAt } from './fault'
import type { Printer } from './printer'
import { dataType, SIGNED_BITS } from './sparkplug-types'

/** For each array type: the size of an item in bytes, and how to read one, little-endian (Sparkplug 3.0, 6.4.17). */
const ARRAYS: Partial<Record<DataType, [bytes: number, item: (reader: ByteReader) => string]>> = {
  Int8Array: [1, (reader) => String(reader.i8())],
  Int16Array: [2, (reader) => String((u16le(reader) << 16) >> 16)],
  Int32Array: [4, (reader) => String(reader.u32le() | 0)],
  Int64Array: [8, (reader) => String(BigInt.asIntN(64, reader.u64le()))],
  UInt8Array: [1, (reader) => String(reader.u8())],
  UInt16Array: [2, (reader) => String(u16le(reader))],
  UInt32Array: [4, (reader) => String(reader.u32le())],
  UInt64Array: [8, (reader) => String(reader.u64le())],
  FloatArray: [4, (reader) => shortFloat(reader.f32(true))],
  DoubleArray: [8, (reader) => numberText(reader.f64(true))],
  DateTimeArray: [8, (reader) => timeText(reader.u64le())]
}

/** Formats a number, boolean or time as text; integers are exact. */
export function scalarText(
  reader: ByteReader,
  kind: 'int' | 'long' | 'float' | 'double' | 'boolean',
  type: number | null
): string {
  switch (kind) {
    case 'float':
      return shortFloat(reader.f32(true))
    case 'double':
      return numberText(reader.f64(true))
    case 'boolean':
      return reader.varint() === 0n ? 'false' : 'true'
    case 'int':
    case 'long': {
      const value = reader.varint()
      const known = type === null ? null : dataType(type)
      if (known === 'DateTime') return timeText(value)
      const bits = known && SIGNED_BITS[known]
      if (bits) return String(BigInt.asIntN(bits, value))
      return String(kind === 'int' ? BigInt.asUintN(32, value) : value)
    }
  }
}

/** Formats milliseconds since 1970 UTC as a quoted ISO 8601 time, or as a plain number if outside the calendar's range. */
export function timeText(milliseconds: bigint): string {
  return milliseconds <= 253_402_300_799_999n
    ? `"${new Date(Number(milliseconds)).toISOString()}"`
    : String(milliseconds)
}

/** The shortest text that represents the same 32-bit float: 21.4, not 21.399999618530273. */
function shortFloat(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return numberText(short)
  }
  return numberText(value)
}

function numberText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value)
}

/** Writes bytes, or an array if their type says so. Throws DecodeError, PrintCut. */
export function printBytes(reader: ByteReader, type: number | null, printer: Printer): void {
  const known = type === null ? null : dataType(type)
  if (known === 'BooleanArray') return printBooleans(reader, printer)
  if (known === 'StringArray') return printStrings(reader, printer)
  const array = known && ARRAYS[known]
  if (!array) return printer.bytes(reader.take(reader.left))
  const [bytes, item] = array
  if (reader.left % bytes !== 0) throw faultAt('ENDS_EARLY', reader.position + reader.left)
  printer.begin('list')
  while (reader.left > 0) printer.scalar(item(reader))
  printer.end()
}

/** A 32-bit count, then one bit per item, most significant first. */
function printBooleans(reader: ByteReader, printer: Printer): void {
  const count = reader.u32le()
  if (reader.left < Math.ceil(count / 8)) throw faultAt('ENDS_EARLY', reader.position + reader.left)
  const bits = reader.take(reader.left)
  printer.begin('list')
  for (let index = 0; index < count; index++)
    printer.scalar(bits[index >> 3]! & (0x80 >> (index & 7)) ? 'true' : 'false')
  printer.end()
}

/** Zero-terminated texts. */
function printStrings(reader: ByteReader, printer: Printer): void {
  printer.begin('list')
  while (reader.left > 0) {
    const end = reader.bytes.indexOf(0, reader.at)
    if (end < 0) throw faultAt('ENDS_EARLY', reader.position + reader.left)
    printer.string(reader.text(end - reader.at))
    reader.take(1)
  }
  printer.end()
}

function u16le(reader: ByteReader): number {
  return reader.u8() | (reader.u8() << 8)
}
