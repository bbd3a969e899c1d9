import type { ValueNode } from '../../shared/value-text/node'
import { ByteWriter } from './byte-writer'
import { EncodeError } from './fault'
import { integerIn, isPlainInteger } from './scalars'

/**
 * Encodes a value as CBOR (RFC 8949): lengths and integers in their shortest form, larger integers as bignums, every other number as a
 * 64-bit float. A number is an integer if it is written without a fraction or exponent. Throws EncodeError.
 */
export function writeCbor(root: ValueNode): Uint8Array {
  const writer = new ByteWriter()
  writeNode(root, writer)
  return writer.bytes
}

const POSITIVE = 0
const NEGATIVE = 1
const BYTES = 2
const TEXT = 3
const LIST = 4
const MAP = 5
const TAG = 6
const BIGNUM = 2n
const NEGATIVE_BIGNUM = 3n
const MAX = 0xffff_ffff_ffff_ffffn

function writeNode(node: ValueNode, writer: ByteWriter): void {
  switch (node.kind) {
    case 'null':
      return writer.u8(0xf6)
    case 'undefined':
      return writer.u8(0xf7)
    case 'boolean':
      return writer.u8(node.value ? 0xf5 : 0xf4)
    case 'number':
      return writeNumber(node.text, writer)
    case 'string': {
      const bytes = Buffer.from(node.value)
      head(writer, TEXT, bytes.length)
      return writer.raw(bytes)
    }
    case 'bytes':
      head(writer, BYTES, node.value.length)
      return writer.raw(node.value)
    case 'list':
      head(writer, LIST, node.items.length)
      for (const item of node.items) writeNode(item, writer)
      return
    case 'map':
      head(writer, MAP, node.entries.length)
      for (const { key, value } of node.entries) {
        writeNode(key, writer)
        writeNode(value, writer)
      }
      return
    case 'tag': {
      const number = BigInt(node.number)
      if (number > MAX) throw new EncodeError('ENCODE_RANGE', node.from, `tag: 0 … ${MAX}`)
      head(writer, TAG, number)
      return writeNode(node.value, writer)
    }
    case 'special': {
      const number = /^\d{1,3}$/.test(node.argument) ? Number(node.argument) : 256
      if (node.name !== 'simple') throw new EncodeError('ENCODE_UNSUPPORTED', node.from, node.name)
      // 20 to 23 are true, false, null and undefined; 24 to 31 are not assigned (section 3.3).
      if (number > 255 || (number >= 20 && number < 32))
        throw new EncodeError('ENCODE_RANGE', node.from, 'simple: 0 … 19, 32 … 255')
      if (number >= 24) writer.u8(0xf8)
      return writer.u8(number < 24 ? 0xe0 | number : number)
    }
    case 'template':
      throw new EncodeError('ENCODE_SYNTAX', node.from, '{{')
  }
}

function writeNumber(text: string, writer: ByteWriter): void {
  const value = isPlainInteger(text) ? integerIn(text) : null
  if (value === null) {
    writer.u8(0xfb)
    return writer.f64(Number(text))
  }
  const magnitude = value < 0n ? -1n - value : value
  if (magnitude <= MAX) return head(writer, value < 0n ? NEGATIVE : POSITIVE, magnitude)
  const hex = magnitude.toString(16)
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
  head(writer, TAG, value < 0n ? NEGATIVE_BIGNUM : BIGNUM)
  head(writer, BYTES, bytes.length)
  writer.raw(bytes)
}

/** The initial byte and the argument (section 3). */
function head(writer: ByteWriter, major: number, argument: number | bigint): void {
  const value = BigInt(argument)
  const initial = major << 5
  if (value < 24n) writer.u8(initial | Number(value))
  else if (value <= 0xffn) {
    writer.u8(initial | 24)
    writer.u8(Number(value))
  } else if (value <= 0xffffn) {
    writer.u8(initial | 25)
    writer.u16(Number(value))
  } else if (value <= 0xffff_ffffn) {
    writer.u8(initial | 26)
    writer.u32(Number(value))
  } else {
    writer.u8(initial | 27)
    writer.u64(value)
  }
}
