import type { Words } from '../../../shared/contract/sentence'
import { said } from './said'

/** Whether a value is a map of a file or an object of JSON. */
export function isMap(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    (Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null)
  )
}

/** A value for a person, on one line and cut. */
export function shown(value: unknown, most = 200): Words {
  if (value === undefined) return said('failure_nothing')
  const text = JSON.stringify(value)
  return text.length > most ? `${text.slice(0, most)}…` : text
}
