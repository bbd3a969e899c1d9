import { areOperators } from './compare'

/** Levels of JSON that a file can hold. */
const MAX_DEPTH = 60

/**
 * The value of a text that is a JSON object or list, if a file can expect it; undefined otherwise. What consists of the names of operators,
 * such as `{"type": "Point"}`, would be taken for operators.
 */
export function expectedJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && isPlain(value, 0) ? value : undefined
  } catch {
    return undefined
  }
}

function isPlain(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  if (depth > MAX_DEPTH || areOperators(value) || Object.hasOwn(value, '__proto__')) return false
  return Object.values(value).every((each) => isPlain(each, depth + 1))
}
