import avro, { type Type } from 'avsc'
import type { ValueNode } from '../../shared/value-text/node'
import { ByteWriter } from './byte-writer'
import { EncodeError, wrongType } from './fault'
import { boolean, bytes, float, float32, integer, integerIn, isPlainInteger, text } from './scalars'

// Not every export of a CommonJS module can be imported by name.
const { types } = avro

/**
 * Encodes a value as one Avro datum in binary encoding (Avro 1.12, "Binary Encoding"), without its schema. A field that is left out has the
 * schema's default. Of a union, the first branch that fits is taken; `{"branch": …}` names one. Throws EncodeError.
 */
export function writeAvro(node: ValueNode, type: Type): Uint8Array {
  const writer = new ByteWriter()
  writeDatum(node, type, writer)
  return writer.bytes
}

function writeDatum(node: ValueNode, type: Type, writer: ByteWriter): void {
  if (type instanceof types.RecordType) writeRecord(node, type, writer)
  else if (type instanceof types.ArrayType) {
    if (node.kind !== 'list') return wrongType(node, 'list')
    if (node.items.length > 0) writeLong(BigInt(node.items.length), writer)
    for (const item of node.items) writeDatum(item, type.itemsType, writer)
    writer.u8(0)
  } else if (type instanceof types.MapType) {
    if (node.kind !== 'map') return wrongType(node, 'map')
    if (node.entries.length > 0) writeLong(BigInt(node.entries.length), writer)
    for (const { key, value } of node.entries) {
      writeText(text(key, 'string'), writer)
      writeDatum(value, type.valuesType as Type, writer)
    }
    writer.u8(0)
  } else if (isUnion(type)) writeUnion(node, type.types, writer)
  else if (type instanceof types.EnumType) {
    const index = type.symbols.indexOf(text(node, type.name ?? 'enum'))
    if (index === -1) throw new EncodeError('ENCODE_CHOICE', node.from, type.symbols.slice(0, 20).join(', '))
    writeLong(BigInt(index), writer)
  } else if (type instanceof types.FixedType) {
    const content = bytes(node, 'bytes')
    if (content.length !== type.size) throw new EncodeError('ENCODE_LENGTH', node.from, String(type.size))
    writer.raw(content)
  } else if (type instanceof types.LogicalType) writeDatum(node, type.underlyingType, writer)
  else writePrimitive(node, type.typeName, writer)
}

function isUnion(type: Type): type is Type & { types: readonly Type[] } {
  return type instanceof types.UnwrappedUnionType || type instanceof types.WrappedUnionType
}

function writeRecord(node: ValueNode, type: InstanceType<typeof types.RecordType>, writer: ByteWriter): void {
  if (node.kind !== 'map') return wrongType(node, type.name ?? 'record')
  const given = new Map(
    node.entries.map(({ key, value }) => {
      const name = key.kind === 'string' ? key.value : ''
      if (!type.fields.some((field) => field.name === name)) {
        const known = type.fields.map((field) => field.name)
        throw new EncodeError('ENCODE_UNKNOWN_FIELD', key.from, known.slice(0, 20).join(', '))
      }
      return [name, value]
    })
  )
  for (const field of type.fields) {
    const value = given.get(field.name)
    if (value) writeDatum(value, field.type, writer)
    else {
      const fallback: unknown = field.defaultValue()
      if (fallback === undefined)
        throw new EncodeError('ENCODE_MISSING_FIELD', node.from, nameOf(field.type), field.name)
      writer.raw(field.type.toBuffer(fallback))
    }
  }
}

function writeUnion(node: ValueNode, branches: readonly Type[], writer: ByteWriter): void {
  const take = (index: number, value: ValueNode): void => {
    writeLong(BigInt(index), writer)
    writeDatum(value, branches[index]!, writer)
  }
  const fitting = branches.findIndex((branch) => fits(node, branch))
  if (fitting !== -1) return take(fitting, node)
  const [entry, ...others] = node.kind === 'map' ? node.entries : []
  const named = entry?.key.kind === 'string' && others.length === 0 ? entry.key.value : undefined
  const wrapped = branches.findIndex((branch) => nameOf(branch) === named)
  if (wrapped !== -1) return take(wrapped, entry!.value)
  const loose = branches.findIndex((branch) => fitsLoosely(node, branch))
  if (loose !== -1) return take(loose, node)
  const values = branches.flatMap((branch, index) => (branch.typeName === 'null' ? [] : [index]))
  // With a single type besides null, its own fault says more.
  if (values.length === 1) return take(values[0]!, node)
  wrongType(node, branches.map(nameOf).join(', '))
}

/** The name by which Avro's JSON encoding tells branches apart. */
function nameOf(type: Type): string {
  return type.name ?? type.typeName
}

/** Whether a value is of a branch's type, as far as its outermost level tells. */
function fits(node: ValueNode, type: Type): boolean {
  if (type instanceof types.RecordType) {
    if (node.kind !== 'map') return false
    const keys = new Set(node.entries.map(({ key }) => (key.kind === 'string' ? key.value : '')))
    return (
      [...keys].every((key) => type.fields.some(({ name }) => name === key)) &&
      type.fields.every((field) => keys.has(field.name) || field.defaultValue() !== undefined)
    )
  }
  if (type instanceof types.EnumType) return node.kind === 'string' && type.symbols.includes(node.value)
  switch (type.typeName) {
    case 'null':
      return node.kind === 'null'
    case 'boolean':
      return node.kind === 'boolean'
    case 'string':
      return node.kind === 'string'
    case 'int':
      return node.kind === 'number' && isPlainInteger(node.text) && isInt(integerIn(node.text))
    case 'long':
      return node.kind === 'number' && isPlainInteger(node.text)
    case 'float':
    case 'double':
      return node.kind === 'number'
    case 'array':
      return node.kind === 'list'
    case 'map':
      return node.kind === 'map'
    case 'bytes':
      return node.kind === 'bytes'
    case 'fixed':
      return (
        node.kind === 'bytes' && node.value.length === (type as InstanceType<typeof types.FixedType>).size
      )
    default:
      return false
  }
}

/** A string can stand for bytes, a long or a special number. */
function fitsLoosely(node: ValueNode, { typeName }: Type): boolean {
  return (
    (node.kind === 'string' && /^(?:bytes|fixed|long|float|double)$/.test(typeName)) ||
    (node.kind === 'bytes' && typeName === 'fixed') ||
    (node.kind === 'number' && /^(?:int|long)$/.test(typeName))
  )
}

function isInt(value: bigint | null): boolean {
  return value !== null && BigInt.asIntN(32, value) === value
}

function writePrimitive(node: ValueNode, type: string, writer: ByteWriter): void {
  switch (type) {
    case 'null':
      return node.kind === 'null' ? undefined : wrongType(node, type)
    case 'boolean':
      return writer.u8(boolean(node, type) ? 1 : 0)
    case 'int':
      return writeLong(integer(node, type, -(2n ** 31n), 2n ** 31n - 1n), writer)
    case 'long':
      return writeLong(integer(node, type, -(2n ** 63n), 2n ** 63n - 1n), writer)
    case 'float':
      return writer.f32le(float32(node, type))
    case 'double':
      return writer.f64le(float(node, type))
    case 'bytes': {
      const content = bytes(node, type)
      writeLong(BigInt(content.length), writer)
      return writer.raw(content)
    }
    case 'string':
      return writeText(text(node, type), writer)
    default:
      return wrongType(node, type)
  }
}

function writeText(value: string, writer: ByteWriter): void {
  const content = Buffer.from(value)
  writeLong(BigInt(content.length), writer)
  writer.raw(content)
}

/** Zigzag: 0, -1, 1, -2… */
function writeLong(value: bigint, writer: ByteWriter): void {
  writer.varint((value << 1n) ^ (value >> 63n))
}
