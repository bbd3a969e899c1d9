import avro, { type Type } from 'avsc'
import { ByteReader } from './byte-reader'
import { faultAt } from './fault'
import type { Printer } from './printer'
import { zigzag } from './protobuf'

// Not every export of a CommonJS module can be imported by name.
const { types } = avro

/** Writes one Avro datum in binary encoding (Avro 1.12, "Binary Encoding"). Longs are exact. Throws DecodeError, PrintCut. */
export function readAvro(
  bytes: Uint8Array,
  type: Type,
  printer: Printer,
  { partial = false, from = 0 }: { partial?: boolean; from?: number } = {}
): void {
  const reader = new ByteReader(bytes, partial)
  reader.at = from
  readDatum(reader, type, printer)
  reader.expectEnd()
}

/** Writes the datum at the reader's position. */
export function readDatum(reader: ByteReader, type: Type, printer: Printer): void {
  const from = reader.position
  if (type instanceof types.RecordType) {
    printer.begin('map')
    for (const field of type.fields) {
      printer.string(field.name)
      readDatum(reader, field.type, printer)
    }
    printer.end()
  } else if (type instanceof types.ArrayType) {
    printer.begin('list')
    for (const count of blocks(reader))
      for (let item = 0; item < count; item++) readDatum(reader, type.itemsType, printer)
    printer.end()
  } else if (type instanceof types.MapType) {
    printer.begin('map')
    for (const count of blocks(reader)) {
      for (let item = 0; item < count; item++) {
        printer.string(readText(reader))
        readDatum(reader, type.valuesType as Type, printer)
      }
    }
    printer.end()
  } else if (type instanceof types.UnwrappedUnionType || type instanceof types.WrappedUnionType) {
    const branch = type.types[Number(readLong(reader))]
    if (!branch) throw faultAt('MALFORMED', from, 'union')
    readDatum(reader, branch, printer)
  } else if (type instanceof types.EnumType) {
    const symbol = type.symbols[Number(readLong(reader))]
    if (symbol === undefined) throw faultAt('MALFORMED', from, 'enum')
    printer.string(symbol)
  } else if (type instanceof types.FixedType) printer.bytes(reader.take(type.size))
  else if (type instanceof types.LogicalType) readDatum(reader, type.underlyingType, printer)
  else readPrimitive(reader, type, printer)
}

function readPrimitive(reader: ByteReader, type: Type, printer: Printer): void {
  const from = reader.position
  switch (type.typeName) {
    case 'null':
      return printer.scalar('null')
    case 'boolean': {
      const byte = reader.u8()
      if (byte > 1) throw faultAt('MALFORMED', from, 'boolean')
      return printer.scalar(byte === 1 ? 'true' : 'false')
    }
    case 'float':
      return printer.number(reader.f32(true))
    case 'double':
      return printer.number(reader.f64(true))
    case 'bytes':
      return printer.bytes(reader.take(readLength(reader)))
    case 'string':
      return printer.string(readText(reader))
    default:
      return printer.scalar(String(readLong(reader)))
  }
}

export function readLong(reader: ByteReader): bigint {
  return zigzag(reader.varint())
}

export function readText(reader: ByteReader): string {
  return reader.text(readLength(reader))
}

/** Reads a length in bytes. Throws MALFORMED if it is negative. */
export function readLength(reader: ByteReader): number {
  const from = reader.position
  const length = Number(readLong(reader))
  if (length < 0) throw faultAt('MALFORMED', from, 'length')
  return length
}

/** Yields the item count of each block until the empty one. A negative count is followed by the block's size in bytes. */
export function* blocks(reader: ByteReader): Generator<number> {
  for (;;) {
    const count = Number(readLong(reader))
    if (count === 0) return
    if (count < 0) readLong(reader)
    yield Math.abs(count)
  }
}
