import { isMap, type Pair } from 'yaml'
import type { SavedRequest } from '../../../shared/contract/collections'
import type { YamlFile } from './yaml-file'

/** Takes what a key of a file holds. */
export type Take = (file: YamlFile, pair: Pair<unknown, unknown>, into: Draft) => void

export interface Draft {
  name: string | null
  order: number | null
  request: SavedRequest
}

/** Reads a value by a test; a wrong one is a fault that says what is expected. */
export function taking<T>(
  key: string,
  expected: string,
  read: (value: unknown) => T | undefined,
  put: (into: Draft, value: T) => void
): Take {
  return (file, pair, into) => {
    const value = read(file.plain(pair.value))
    if (value === undefined) file.wrongType(pair, key, expected)
    else put(into, value)
  }
}

/** A text. What looks like a number or a truth value to YAML is taken as it is written. */
export const asText = (value: unknown): string | undefined =>
  typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint'
      ? String(value)
      : value === null
        ? ''
        : undefined

/** A key of a map in the file that holds texts and numbers. */
export const inMap =
  (key: string, takes: Record<string, Take>, expected: string): Take =>
  (file, pair, into) => {
    if (!isMap(pair.value)) file.wrongType(pair, key, expected)
    for (const [inner, entry] of file.entries(pair.value)) {
      const take = Object.hasOwn(takes, inner) ? takes[inner]! : null
      if (take) take(file, entry, into)
      else file.unknownKey(entry, `${key}.${inner}`)
    }
  }

/** A whole number as YAML's, anything else as it was typed; undefined if nothing was. */
export const numberOf = (text: string): unknown =>
  text === '' ? undefined : /^(?:0|[1-9]\d{0,14})(?:\.\d{1,6})?$/.test(text) ? Number(text) : text
