import { isUtf8 } from 'node:buffer'
import type { Enum, Field, MapField, Type } from 'protobufjs'
import { ByteReader } from './byte-reader'
import { PrintCut, type Printer } from './printer'
import { hasOddControls } from './text'
import { at, endsWithin, fieldsOf, FIXED32, FIXED64, GROUP, LENGTH, VARINT, type Occurrence } from './wire'

/**
 * Writes a Protobuf message of a given type: fields in declaration order, 64-bit integers exact, enums by name. Fields unknown to the type
 * follow under their numbers; without a type, all fields do. Throws DecodeError, PrintCut.
 */
export function readProtobuf(bytes: Uint8Array, type: Type | null, printer: Printer, partial = false): void {
  readMessage(new ByteReader(bytes, partial), type, printer)
}

function readMessage(reader: ByteReader, type: Type | null, printer: Printer): void {
  const { fields, cut } = fieldsOf(reader)
  printer.begin('map')
  for (const field of type?.fieldsArray ?? []) {
    const all = fields.get(field.id) ?? []
    const fitting = all.filter(({ wire }) => fits(field, wire))
    if (fitting.length === 0) continue
    fields.set(field.id, fitting.length === all.length ? [] : all.filter(({ wire }) => !fits(field, wire)))
    printer.string(field.name)
    readField(reader, field.resolve(), fitting, printer)
  }
  for (const [number, unknown] of [...fields].sort(([a], [b]) => a - b)) {
    if (unknown.length === 0) continue
    printer.scalar(String(number))
    if (unknown.length > 1) printer.begin('list')
    for (const occurrence of unknown) readUnknown(reader, occurrence, printer)
    if (unknown.length > 1) printer.end()
  }
  if (cut) throw new PrintCut('length')
  printer.end()
}

function fits(field: Field, wire: number): boolean {
  const own = field.map ? LENGTH : wireOf(field.resolve())
  // A repeated scalar may be packed or not, whatever its declaration says.
  return wire === own || (field.repeated && wire === LENGTH && own !== GROUP)
}

function wireOf(field: Field): number {
  switch (field.type) {
    case 'double':
    case 'fixed64':
    case 'sfixed64':
      return FIXED64
    case 'float':
    case 'fixed32':
    case 'sfixed32':
      return FIXED32
    case 'string':
    case 'bytes':
      return LENGTH
    default:
      if (!field.resolvedType || 'values' in field.resolvedType) return VARINT
      return field.delimited ? GROUP : LENGTH
  }
}

function readField(reader: ByteReader, field: Field, occurrences: Occurrence[], printer: Printer): void {
  if (field.map) readMap(reader, field as unknown as MapField, occurrences, printer)
  else if (field.repeated) {
    printer.begin('list')
    const own = wireOf(field)
    for (const occurrence of occurrences) {
      const content = at(reader, occurrence)
      if (occurrence.wire === own) readValue(content, field, printer)
      else while (content.left > 0 && !cutOff(content, own)) readValue(content, field, printer)
    }
    printer.end()
  } else if (occurrences.length > 1 && isMessage(field)) {
    // Several occurrences of one message are merged by reading them end to end.
    const parts = occurrences.map(({ from, to }) => reader.bytes.subarray(from, to))
    readValue(new ByteReader(Buffer.concat(parts), reader.partial), field, printer)
  } else {
    // If a field is repeated on the wire, the last value wins.
    readValue(at(reader, occurrences.at(-1)!), field, printer)
  }
}

/** The parts of a field that decide how to read its value. */
type ValueType = Pick<Field, 'type' | 'resolvedType'>

/** Whether the value that begins here is cut off. */
function cutOff(reader: ByteReader, wire: number): boolean {
  if (!reader.partial) return false
  return wire === VARINT ? endsWithin(reader) : reader.left < (wire === FIXED64 ? 8 : 4)
}

function readMap(reader: ByteReader, field: MapField, occurrences: Occurrence[], printer: Printer): void {
  printer.begin('map')
  for (const occurrence of occurrences) {
    const entry = at(reader, occurrence)
    const { fields, cut } = fieldsOf(entry)
    const [key, value] = [fields.get(1)?.at(-1), fields.get(2)?.at(-1)]
    if (cut && !value) throw new PrintCut('length')
    if (!key) printer.string('')
    else if (field.keyType === 'string') printer.string(at(entry, key).text(key.to - key.from))
    else printer.scalar(integerOf(at(entry, key), field.keyType))
    // A missing value is the type's zero. It is not written here, as elsewhere.
    if (!value) printer.scalar('null')
    else readValue(at(entry, value), field, printer)
  }
  printer.end()
}

function isMessage({ resolvedType }: ValueType): boolean {
  return resolvedType !== null && !('values' in resolvedType)
}

function readValue(reader: ByteReader, field: ValueType, printer: Printer): void {
  switch (field.type) {
    case 'double':
      return printer.number(reader.f64(true))
    case 'float':
      return printer.number(reader.f32(true))
    case 'string':
      return printer.string(reader.text(reader.left))
    case 'bytes':
      return printer.bytes(reader.take(reader.left))
    default: {
      const { resolvedType } = field
      if (!resolvedType) return printer.scalar(integerOf(reader, field.type))
      if (!('values' in resolvedType)) return readMessage(reader, resolvedType, printer)
      return readEnum(reader, resolvedType, printer)
    }
  }
}

/** Writes an enum's name, or its number if it has no name. */
function readEnum(reader: ByteReader, { valuesById }: Enum, printer: Printer): void {
  const value = Number(BigInt.asIntN(32, reader.varint()))
  const name = valuesById[value]
  if (name === undefined) printer.number(value)
  else printer.string(name)
}

function integerOf(reader: ByteReader, type: string): string {
  switch (type) {
    case 'bool':
      return reader.varint() === 0n ? 'false' : 'true'
    case 'int32':
      return String(BigInt.asIntN(32, reader.varint()))
    case 'uint32':
      return String(BigInt.asUintN(32, reader.varint()))
    case 'int64':
      return String(BigInt.asIntN(64, reader.varint()))
    case 'sint32':
    case 'sint64':
      return String(zigzag(reader.varint()))
    case 'fixed32':
      return String(reader.u32le())
    case 'sfixed32':
      return String(reader.u32le() | 0)
    case 'fixed64':
      return String(reader.u64le())
    case 'sfixed64':
      return String(BigInt.asIntN(64, reader.u64le()))
    default:
      return String(reader.varint())
  }
}

/** Decodes a zigzag-encoded signed integer: 0, -1, 1, -2… */
export function zigzag(value: bigint): bigint {
  return (value >> 1n) ^ -(value & 1n)
}

/** Writes a field unknown to the type, as far as its wire type tells. */
function readUnknown(reader: ByteReader, { wire, from, to }: Occurrence, printer: Printer): void {
  const content = at(reader, { wire, from, to })
  if (wire === VARINT) printer.scalar(String(content.varint()))
  else if (wire === FIXED64) printer.scalar(`0x${content.u64le().toString(16).padStart(16, '0')}`)
  else if (wire === FIXED32) printer.scalar(`0x${content.u32le().toString(16).padStart(8, '0')}`)
  else if (wire === GROUP) readMessage(content, null, printer)
  else if (isPlainText(content.bytes)) printer.string(content.text(content.left))
  else if (isMessageLike(content)) readMessage(at(reader, { wire, from, to }), null, printer)
  else printer.bytes(content.bytes)
}

function isPlainText(bytes: Uint8Array): boolean {
  return (
    isUtf8(bytes) && !hasOddControls(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString())
  )
}

function isMessageLike(reader: ByteReader): boolean {
  try {
    fieldsOf(reader)
    return true
  } catch {
    return false
  }
}
