import { INTEGER_RANGES, type DataType } from '../../shared/sparkplug-types'
import type { ValueNode } from '../../shared/value-text/node'
import { FIXED32, FIXED64, LENGTH, VARINT } from '../decode/wire'
import { ByteWriter } from './byte-writer'
import { EncodeError, wrongType } from './fault'
import { boolean, bytes, float, float32, integer, text } from './scalars'

const MAX_TIME = 2n ** 63n - 1n

/** A time in ISO 8601, or in ms since 1970 UTC. Throws EncodeError. */
export function timeOf(node: ValueNode): bigint {
  if (node.kind === 'string' && !/^\d+$/.test(node.value)) {
    const time = /^\d{4}-\d\d-\d\dT/.test(node.value) ? Date.parse(node.value) : NaN
    if (Number.isNaN(time) || time < 0) wrongType(node, 'DateTime')
    return BigInt(time)
  }
  return integer(node, 'DateTime', 0n, MAX_TIME)
}

/** Writes a field with a value that is no structure. Throws EncodeError. */
export function writeScalar(field: number, type: DataType, node: ValueNode, writer: ByteWriter): void {
  const tag = (wire: number): void => writer.varint((field << 3) | wire)
  const delimited = (content: Uint8Array): void => {
    tag(LENGTH)
    writer.varint(content.length)
    writer.raw(content)
  }
  const range = INTEGER_RANGES[type]
  if (range) {
    tag(VARINT)
    const value = integer(node, type, ...range)
    // Signed ones are sent as unsigned ones of 32 or 64 bits in two's complement (6.4.17).
    return writer.varint(BigInt.asUintN(type.endsWith('64') ? 64 : 32, value))
  }
  const name: string = type
  switch (name) {
    case 'DateTime':
      tag(VARINT)
      return writer.varint(timeOf(node))
    case 'Float':
      tag(FIXED32)
      return writer.f32le(float32(node, type))
    case 'Double':
      tag(FIXED64)
      return writer.f64le(float(node, type))
    case 'Boolean':
      tag(VARINT)
      return writer.varint(boolean(node, type) ? 1n : 0n)
    case 'Bytes':
    case 'File':
      return delimited(bytes(node, type))
    default:
      return delimited(type.endsWith('Array') ? arrayOf(type, node) : Buffer.from(text(node, type)))
  }
}

/** The packed bytes of an array, little-endian (6.4.17). */
function arrayOf(type: DataType, node: ValueNode): Uint8Array {
  if (node.kind !== 'list') return wrongType(node, type)
  const writer = new ByteWriter()
  if (type === 'BooleanArray') {
    writer.u32le(node.items.length)
    const bits = Buffer.alloc(Math.ceil(node.items.length / 8))
    for (const [index, item] of node.items.entries())
      if (boolean(item, 'Boolean')) bits[index >> 3]! |= 0x80 >> (index & 7)
    writer.raw(bits)
  } else if (type === 'StringArray') {
    for (const item of node.items) {
      const value = text(item, 'String')
      // Zero ends a text.
      if (value.includes('\0')) throw new EncodeError('ENCODE_UNSUPPORTED', item.from, '\\u0000')
      writer.raw(Buffer.from(`${value}\0`))
    }
  } else {
    const itemType = type.slice(0, -'Array'.length) as DataType
    for (const item of node.items) writeItem(itemType, item, writer)
  }
  return writer.bytes
}

function writeItem(type: DataType, node: ValueNode, writer: ByteWriter): void {
  if (type === 'Float') return writer.f32le(float32(node, type))
  if (type === 'Double') return writer.f64le(float(node, type))
  if (type === 'DateTime') return writer.u64le(timeOf(node))
  const value = integer(node, type, ...INTEGER_RANGES[type]!)
  const bytes = Number(/\d+/.exec(type)![0]) / 8
  const content = Buffer.alloc(8)
  content.writeBigUInt64LE(BigInt.asUintN(64, value))
  writer.raw(content.subarray(0, bytes))
}
