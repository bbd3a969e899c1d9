import { valueAtPointer } from '../../../shared/json-pointer'
import { Pointer } from '../../decode/pointer'

/**
 * The value at a JSON Pointer (RFC 6901) of a payload as text: a string without its quotes, a number as it is written, an array or object as
 * JSON. The empty pointer is the whole payload. null: there is none, or the payload is not JSON.
 */
export function valueAt(payload: Buffer, pointer: string): string | null {
  if (pointer === '') return payload.toString()
  const scalar = new Pointer(pointer).find(payload)
  if (scalar) return scalar.kind === 'string' ? (JSON.parse(`"${scalar.text}"`) as string) : scalar.text
  try {
    const value = valueAtPointer(JSON.parse(payload.toString()), pointer)
    return value === undefined ? null : JSON.stringify(value)
  } catch {
    return null
  }
}
