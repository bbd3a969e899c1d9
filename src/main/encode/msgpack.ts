import type { NodeOf, ValueNode } from '../../shared/value-text/node'
import { ByteWriter } from './byte-writer'
import { EncodeError } from './fault'
import { integer, isPlainInteger } from './scalars'

const MIN_INT64 = -(2n ** 63n)
const MAX_UINT64 = 2n ** 64n - 1n

/**
 * Encodes a value as MessagePack: integers and lengths in their shortest form, every other number as a 64-bit float. A number is an integer
 * if it is written without a fraction or exponent. Throws EncodeError.
 */
export function writeMsgpack(root: ValueNode): Uint8Array {
  const writer = new ByteWriter()
  writeNode(root, writer)
  return writer.bytes
}

function writeNode(node: ValueNode, writer: ByteWriter): void {
  switch (node.kind) {
    case 'null':
      return writer.u8(0xc0)
    case 'boolean':
      return writer.u8(node.value ? 0xc3 : 0xc2)
    case 'number':
      if (isPlainInteger(node.text))
        return writeInteger(integer(node, 'integer', MIN_INT64, MAX_UINT64), writer)
      writer.u8(0xcb)
      return writer.f64(Number(node.text))
    case 'string': {
      const bytes = Buffer.from(node.value)
      head(writer, bytes.length, { short: [0xa0, 32], codes: [0xd9, 0xda, 0xdb] })
      return writer.raw(bytes)
    }
    case 'bytes':
      head(writer, node.value.length, { short: null, codes: [0xc4, 0xc5, 0xc6] })
      return writer.raw(node.value)
    case 'list':
      head(writer, node.items.length, { short: [0x90, 16], codes: [null, 0xdc, 0xdd] })
      for (const item of node.items) writeNode(item, writer)
      return
    case 'map':
      head(writer, node.entries.length, { short: [0x80, 16], codes: [null, 0xde, 0xdf] })
      for (const { key, value } of node.entries) {
        writeNode(key, writer)
        writeNode(value, writer)
      }
      return
    case 'special':
      return writeSpecial(node, writer)
    case 'undefined':
    case 'tag':
      throw new EncodeError('ENCODE_UNSUPPORTED', node.from, node.kind)
    case 'template':
      throw new EncodeError('ENCODE_SYNTAX', node.from, '{{')
  }
}

function writeInteger(value: bigint, writer: ByteWriter): void {
  if (value >= -32n && value < 128n) return writer.u8(Number(BigInt.asUintN(8, value)))
  if (value >= 0n) {
    if (value <= 0xffn) {
      writer.u8(0xcc)
      writer.u8(Number(value))
    } else if (value <= 0xffffn) {
      writer.u8(0xcd)
      writer.u16(Number(value))
    } else if (value <= 0xffff_ffffn) {
      writer.u8(0xce)
      writer.u32(Number(value))
    } else {
      writer.u8(0xcf)
      writer.u64(value)
    }
  } else if (value >= -(2n ** 7n)) {
    writer.u8(0xd0)
    writer.u8(Number(BigInt.asUintN(8, value)))
  } else if (value >= -(2n ** 15n)) {
    writer.u8(0xd1)
    writer.u16(Number(BigInt.asUintN(16, value)))
  } else if (value >= -(2n ** 31n)) {
    writer.u8(0xd2)
    writer.u32(Number(BigInt.asUintN(32, value)))
  } else {
    writer.u8(0xd3)
    writer.i64(value)
  }
}

/** How a kind of value says its length: in the first byte up to a limit, or after a code in 8, 16 or 32 bits. */
interface Lengths {
  short: readonly [code: number, limit: number] | null
  codes: readonly [number | null, number, number]
}

function head(writer: ByteWriter, length: number, { short, codes: [in8, in16, in32] }: Lengths): void {
  if (short && length < short[1]) return writer.u8(short[0] | length)
  if (in8 !== null && length <= 0xff) {
    writer.u8(in8)
    writer.u8(length)
  } else if (length <= 0xffff) {
    writer.u8(in16)
    writer.u16(length)
  } else {
    writer.u8(in32)
    writer.u32(length)
  }
}

/** Codes of extensions of 1, 2, 4, 8 and 16 bytes. */
const FIXED_EXTENSIONS = new Map([1, 2, 4, 8, 16].map((length, index) => [length, 0xd4 + index]))
/** Extension type of a timestamp. */
const TIMESTAMP = -1

function writeSpecial(node: NodeOf<'special'>, writer: ByteWriter): void {
  if (node.name === 'timestamp') return extension(TIMESTAMP, timestamp(node), writer)
  const parts = /^\s*(-?\d{1,3})\s*,\s*h'((?:[0-9a-f]{2})*)'(?:\s*\/[^/]*\/)?\s*$/i.exec(node.argument)
  const type = Number(parts?.[1] ?? 0)
  if (node.name !== 'ext') throw new EncodeError('ENCODE_UNSUPPORTED', node.from, node.name)
  if (!parts)
    throw new EncodeError(
      node.argument.includes('…') ? 'ENCODE_BYTES_CUT' : 'ENCODE_TYPE',
      node.from,
      "ext(type, h'…')"
    )
  if (type < -128 || type > 127) throw new EncodeError('ENCODE_RANGE', node.from, 'ext: -128 … 127')
  extension(type, Buffer.from(parts[2]!, 'hex'), writer)
}

function extension(type: number, content: Uint8Array, writer: ByteWriter): void {
  const fixed = FIXED_EXTENSIONS.get(content.length)
  if (fixed !== undefined) writer.u8(fixed)
  else head(writer, content.length, { short: null, codes: [0xc7, 0xc8, 0xc9] })
  writer.u8(type & 0xff)
  writer.raw(content)
}

/** The content of a timestamp, in its shortest form. */
function timestamp({ argument, from }: NodeOf<'special'>): Uint8Array {
  const parts = /^([+-]?\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/.exec(argument.trim())
  const milliseconds = parts ? Date.parse(`${parts[1]}Z`) : NaN
  if (Number.isNaN(milliseconds))
    throw new EncodeError('ENCODE_TYPE', from, 'timestamp(2026-01-02T03:04:05Z)')
  const seconds = BigInt(milliseconds) / 1_000n
  const nanoseconds = BigInt((parts![2] ?? '').padEnd(9, '0'))
  const writer = new ByteWriter()
  if (seconds < 0n || seconds >= 2n ** 34n) {
    writer.u32(Number(nanoseconds))
    writer.i64(seconds)
  } else if (nanoseconds === 0n && seconds <= 0xffff_ffffn) writer.u32(Number(seconds))
  else writer.u64((nanoseconds << 34n) | seconds)
  return writer.bytes
}
