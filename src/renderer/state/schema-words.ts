import type { JsonCheck, SchemaViolation } from '../../shared/contract/decode'
import { schemaWords } from '../../shared/schema-words'
import { m } from '../paraglide/messages'
import { faultText } from './decoding'
import { count } from './format'
import { pointerOf } from '../ui/json-path'

/** What is told of a payload that was checked against a JSON Schema. */
export interface CheckWords {
  /** Whether it breaks no rule. */
  isSound: boolean
  title: string
  /** The rules that it breaks, each with the JSON Pointer to the value. */
  faults: { text: string; path: string }[]
}

export function checkWords({ violations, fault }: JsonCheck, schema: string): CheckWords {
  if (fault) return { isSound: false, title: notChecked(fault, schema), faults: [] }
  if (violations.length === 0) return { isSound: true, title: m.schema_good({ schema }), faults: [] }
  return {
    isSound: false,
    title: m.schema_bad({ count: violations.length, number: count(violations.length), schema }),
    faults: violations.map((violation) => ({ text: violationText(violation), path: pathOf(violation) }))
  }
}

/** The same in one sentence, with the first rule; null: there is nothing wrong. */
export function checkSentence(check: JsonCheck, schema: string): string | null {
  const { isSound, title, faults } = checkWords(check, schema)
  if (isSound) return null
  return faults[0] ? m.schema_first({ title, fault: faults[0].text }) : title
}

function notChecked(fault: NonNullable<JsonCheck['fault']>, schema: string): string {
  const reason = faultText(fault)
  return fault.code === 'SCHEMA_MISSING' || fault.code === 'SCHEMA_BROKEN'
    ? m.schema_not_checked({ reason })
    : m.schema_not_json({ schema, reason })
}

/** The value that a person must change: of a property that is not allowed, the property. */
function pathOf({ path, keyword, detail }: SchemaViolation): string {
  return keyword === 'additionalProperties' ? path + pointerOf([detail]) : path
}

/** Which value breaks a rule of its schema, and which rule. */
function violationText(violation: SchemaViolation): string {
  const sentence = schemaWords(violation, (message, values) =>
    (m[message] as (values: Readonly<Record<string, string>>) => string)(values)
  )
  return violation.path === ''
    ? m.schema_whole({ sentence })
    : m.schema_at({ path: violation.path, sentence })
}
