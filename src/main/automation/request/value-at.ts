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
    let value: unknown = JSON.parse(payload.toString())
    for (const step of pointer.split('/').slice(1)) {
      const key = step.replaceAll('~1', '/').replaceAll('~0', '~')
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return null
      value = (value as Record<string, unknown>)[key]
    }
    return JSON.stringify(value)
  } catch {
    return null
  }
}
