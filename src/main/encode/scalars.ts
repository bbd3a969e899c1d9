import type { ValueNode } from '../../shared/value-text/node'
import { EncodeError, wrongType } from './fault'

/** More digits make reading the number slow. */
const MAX_DIGITS = 2_500

/** The integer that a number's text stands for, exactly; null if it has a fraction. `1e3` and `21.0` are integers. */
export function integerIn(text: string): bigint | null {
  const parts = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text)
  if (!parts) return null
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts
  const digits = (whole + fraction).replace(/0+$/, '')
  if (digits === '' || /^0+$/.test(digits)) return 0n
  const zeros = whole.length - digits.length + Number(exponent)
  if (zeros < 0 || digits.length + zeros > MAX_DIGITS) return null
  return BigInt(`${sign}${digits}${'0'.repeat(zeros)}`)
}

/** Whether a number is written as an integer. */
export function isPlainInteger(text: string): boolean {
  return /^-?\d+$/.test(text) && text !== '-0'
}

/** An integer within bounds, also as a string of digits, as JSON carries long ones. Throws EncodeError. */
export function integer(node: ValueNode, type: string, min: bigint, max: bigint): bigint {
  const text =
    node.kind === 'number'
      ? node.text
      : node.kind === 'string' && /^-?\d+$/.test(node.value)
        ? node.value
        : ''
  const value = integerIn(text)
  if (value === null) wrongType(node, type)
  if (value < min || value > max) throw new EncodeError('ENCODE_RANGE', node.from, `${type}: ${min} … ${max}`)
  return value
}

/** A number with or without a fraction; `NaN` and `Infinity` also as strings. Throws EncodeError. */
export function float(node: ValueNode, type: string): number {
  if (node.kind === 'number') {
    const value = Number(node.text)
    if (Number.isFinite(value) || /[IN]/.test(node.text)) return value
    throw new EncodeError('ENCODE_RANGE', node.from, type)
  }
  if (node.kind === 'string' && /^(?:NaN|-?Infinity)$/.test(node.value)) return Number(node.value)
  return wrongType(node, type)
}

/** A number of 32 bits. Throws EncodeError. */
export function float32(node: ValueNode, type: string): number {
  const value = float(node, type)
  if (Number.isFinite(value) && !Number.isFinite(Math.fround(value)))
    throw new EncodeError('ENCODE_RANGE', node.from, `${type}: ±3.4e38`)
  return value
}

/** Throws EncodeError. */
export function boolean(node: ValueNode, type: string): boolean {
  return node.kind === 'boolean' ? node.value : wrongType(node, type)
}

/** Throws EncodeError. */
export function text(node: ValueNode, type: string): string {
  return node.kind === 'string' ? node.value : wrongType(node, type)
}

/** Bytes as `h'01ff'`, also within a string, or as Base64 (either alphabet of RFC 4648). Throws EncodeError. */
export function bytes(node: ValueNode, type: string): Uint8Array {
  if (node.kind === 'bytes') return node.value
  if (node.kind !== 'string') return wrongType(node, type)
  const hex = /^h'((?:[0-9a-fA-F]{2})*)'$/.exec(node.value)
  if (hex) return Buffer.from(hex[1]!, 'hex')
  const digits = node.value.replace(/\s|=+$/g, '')
  if (!/^[A-Za-z0-9+/_-]*$/.test(digits) || digits.length % 4 === 1) return wrongType(node, type)
  return Buffer.from(digits, 'base64')
}
