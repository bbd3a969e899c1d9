import { jsonpath } from 'json-p3'
import type { Words } from '../../../shared/contract/sentence'
import { bounded } from '../../decode/bounded'
import { differs, test } from './compare'
import type { Content } from './format'
import { isMap, shown } from './json'
import { at, reasonOf, said, SaidError, type MessageName } from './said'
import type { Schemas } from './schemas'

/** Checks a text that is JSON, if anything but `matches` is asked. Returns what differs, or null. Throws for what the file asks wrongly. */
export function contentFault(text: string, wanted: Content, schemas: Schemas): Words | null {
  if (
    wanted.matches !== undefined &&
    !testing('failure_pattern_unusable', {}, () => test(wanted.matches!, text))
  )
    return said('failure_matches', { pattern: wanted.matches, actual: shown(text) })
  const { json, jsonEquals, path, schema } = wanted
  if (json === undefined && jsonEquals === undefined && path === undefined && schema === undefined)
    return null
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return said('failure_json', { actual: shown(text) })
  }
  return (
    (json === undefined ? null : differs(value, json, false)) ??
    (jsonEquals === undefined ? null : differs(value, jsonEquals, true)) ??
    (path === undefined ? null : pathFault(value, path)) ??
    (schema === undefined ? null : schemas.fault(value, schema))
  )
}

function pathFault(value: unknown, wanted: Record<string, unknown>): Words | null {
  for (const [path, expected] of Object.entries(wanted)) {
    const found = valuesAt(value, path)
    if (isMap(expected) && 'count' in expected && Object.keys(expected).length === 1) {
      const fault = differs(found.length, expected['count'], true)
      if (fault !== null) return at(said('failure_values_at', { path }), fault)
      continue
    }
    // One of the values that the path finds must be as expected.
    const faults = (found.length === 0 ? [undefined] : found).map((each) =>
      differs(each, expected, false, path)
    )
    if (!faults.includes(null)) return faults[0]!
  }
  return null
}

/** The values that a JSONPath finds (RFC 9535). Throws for a path that is none. */
export function valuesAt(value: unknown, path: string): unknown[] {
  return testing('failure_path_unusable', { path }, () =>
    bounded(() => jsonpath.query(path, value as Parameters<typeof jsonpath.query>[1]).values())
  )
}

/** Says what could not be checked. */
function testing<T>(fault: MessageName, values: Record<string, Words>, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw new SaidError(said(fault, { ...values, reason: reasonOf(error) }), { cause: error })
  }
}
