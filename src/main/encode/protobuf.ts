import type { Field, MapField, Type } from 'protobufjs'
import type { NodeOf, ValueNode } from '../../shared/value-text/node'
import { FIXED32, FIXED64, GROUP, LENGTH, VARINT } from '../decode/wire'
import { ByteWriter } from './byte-writer'
import { EncodeError, wrongType } from './fault'
import { boolean, bytes, float, float32, integer, text } from './scalars'

/**
 * Encodes a map as a Protobuf message: fields by their names, whether in the schema's spelling or in camel case; enums by name or number.
 * What is written is sent, even if it is the default; `null` leaves a field out. Throws EncodeError.
 */
export function writeProtobuf(node: ValueNode, type: Type): Uint8Array {
  return message(node, type)
}

function message(node: ValueNode, type: Type): Uint8Array {
  if (node.kind !== 'map') return wrongType(node, type.name)
  const writer = new ByteWriter()
  const set = new Map<Field, NodeOf<'string'>>()
  for (const { key, value } of node.entries) {
    const field = fieldOf(type, key)
    if (value.kind === 'null') continue
    const other = field.partOf?.fieldsArray.find((each) => set.has(each))
    if (other || set.has(field)) throw new EncodeError('ENCODE_ONEOF', key.from, (other ?? field).name)
    set.set(field, key as NodeOf<'string'>)
    writeField(field.resolve(), value, writer)
  }
  const missing = type.fieldsArray.find((field) => field.required && !set.has(field))
  if (missing) throw new EncodeError('ENCODE_MISSING_FIELD', node.from, missing.type, missing.name)
  return writer.bytes
}

/** Throws ENCODE_UNKNOWN_FIELD. */
function fieldOf(type: Type, key: ValueNode): Field {
  if (key.kind === 'string') {
    const wanted = camelCase(key.value)
    const found = type.fieldsArray.find(({ name }) => name === key.value)
    const similar = found ?? type.fieldsArray.find(({ name }) => camelCase(name) === wanted)
    if (similar) return similar
  }
  const known = type.fieldsArray.map(({ name }) => name)
  throw new EncodeError('ENCODE_UNKNOWN_FIELD', key.from, known.slice(0, 20).join(', '))
}

function camelCase(name: string): string {
  return name.replace(/_+([a-z0-9])/gi, (_, letter: string) => letter.toUpperCase())
}

function writeField(field: Field, node: ValueNode, writer: ByteWriter): void {
  if (field.map) return writeMap(field as unknown as MapField, node, writer)
  if (!field.repeated) return writeOne(field, node, writer)
  if (node.kind !== 'list') return wrongType(node, `list of ${field.type}`)
  if (node.items.length === 0) return
  const wire = wireOf(field)
  if (!field.packed || wire === LENGTH || wire === GROUP) {
    for (const item of node.items) writeOne(field, item, writer)
    return
  }
  const packed = new ByteWriter()
  for (const item of node.items) writeValue(field, item, packed)
  delimited(field.id, packed.bytes, writer)
}

function writeOne(field: Field, node: ValueNode, writer: ByteWriter): void {
  const wire = wireOf(field)
  if (wire === LENGTH) return delimited(field.id, content(field, node), writer)
  writer.varint((field.id << 3) | wire)
  if (wire !== GROUP) return writeValue(field, node, writer)
  writer.raw(message(node, field.resolvedType as Type))
  writer.varint((field.id << 3) | GROUP_END)
}

const GROUP_END = 4

function writeMap(field: MapField, node: ValueNode, writer: ByteWriter): void {
  if (node.kind !== 'map') return wrongType(node, `map of ${field.type}`)
  for (const { key, value } of node.entries) {
    const entry = new ByteWriter()
    if (field.keyType === 'string') delimited(1, Buffer.from(text(key, 'string')), entry)
    else {
      const wire = WIRES[field.keyType] ?? VARINT
      entry.varint((1 << 3) | wire)
      writeScalar(field.keyType, keyOf(key), entry)
    }
    if (value.kind !== 'null') {
      const wire = wireOf(field)
      if (wire === LENGTH) delimited(2, content(field, value), entry)
      else {
        entry.varint((2 << 3) | wire)
        writeValue(field, value, entry)
      }
    }
    delimited(field.id, entry.bytes, writer)
  }
}

/** A key of JSON is always a string. */
function keyOf(key: ValueNode): ValueNode {
  if (key.kind !== 'string' || !/^(?:true|false)$/.test(key.value)) return key
  return { kind: 'boolean', value: key.value === 'true', from: key.from, to: key.to }
}

/** Wire types of scalars other than varints. */
const WIRES: Record<string, number> = {
  double: FIXED64,
  fixed64: FIXED64,
  sfixed64: FIXED64,
  float: FIXED32,
  fixed32: FIXED32,
  sfixed32: FIXED32,
  string: LENGTH,
  bytes: LENGTH
}

type ValueType = Pick<Field, 'type' | 'resolvedType'> & { delimited?: boolean }

function wireOf({ type, resolvedType, delimited: isGroup }: ValueType): number {
  if (!resolvedType) return WIRES[type] ?? VARINT
  if ('values' in resolvedType) return VARINT
  return isGroup ? GROUP : LENGTH
}

/** The content of a field that says its length. */
function content({ type, resolvedType }: ValueType, node: ValueNode): Uint8Array {
  if (resolvedType) return message(node, resolvedType as Type)
  return type === 'bytes' ? bytes(node, 'bytes') : Buffer.from(text(node, 'string'))
}

function writeValue({ type, resolvedType }: ValueType, node: ValueNode, writer: ByteWriter): void {
  if (!resolvedType || !('values' in resolvedType)) return writeScalar(type, node, writer)
  const { values, name } = resolvedType
  if (node.kind === 'string' && Object.hasOwn(values, node.value)) return writer.varint(values[node.value]!)
  if (node.kind === 'string')
    throw new EncodeError('ENCODE_CHOICE', node.from, Object.keys(values).slice(0, 20).join(', '))
  writer.varint(integer(node, name, -(2n ** 31n), 2n ** 31n - 1n))
}

const signed = (node: ValueNode, type: string, bits: bigint): bigint =>
  integer(node, type, -(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n)
const unsigned = (node: ValueNode, type: string, bits: bigint): bigint =>
  integer(node, type, 0n, 2n ** bits - 1n)
const zigzag = (value: bigint): bigint => (value << 1n) ^ (value >> 63n)

function writeScalar(type: string, node: ValueNode, writer: ByteWriter): void {
  switch (type) {
    case 'bool':
      return writer.u8(boolean(node, type) ? 1 : 0)
    case 'double':
      return writer.f64le(float(node, type))
    case 'float':
      return writer.f32le(float32(node, type))
    case 'int32':
      return writer.varint(signed(node, type, 32n))
    case 'int64':
      return writer.varint(signed(node, type, 64n))
    case 'uint32':
      return writer.varint(unsigned(node, type, 32n))
    case 'uint64':
      return writer.varint(unsigned(node, type, 64n))
    case 'sint32':
      return writer.varint(zigzag(signed(node, type, 32n)))
    case 'sint64':
      return writer.varint(zigzag(signed(node, type, 64n)))
    case 'fixed32':
      return writer.u32le(Number(unsigned(node, type, 32n)))
    case 'sfixed32':
      return writer.u32le(Number(BigInt.asUintN(32, signed(node, type, 32n))))
    case 'fixed64':
      return writer.u64le(unsigned(node, type, 64n))
    case 'sfixed64':
      return writer.u64le(signed(node, type, 64n))
    default:
      return wrongType(node, type)
  }
}

function delimited(id: number, content: Uint8Array, writer: ByteWriter): void {
  writer.varint((id << 3) | LENGTH)
  writer.varint(content.length)
  writer.raw(content)
}
