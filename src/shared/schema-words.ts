import type { SchemaViolation } from './contract/decode'

/** Keywords with a message of their own; the others share one. */
const KEYWORDS = [
  ...['type', 'required', 'enum', 'const', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'],
  ...['multipleOf', 'minLength', 'maxLength', 'pattern', 'minItems', 'maxItems', 'uniqueItems', 'contains'],
  ...['minProperties', 'maxProperties', 'additionalProperties', 'propertyNames', 'dependentRequired'],
  ...['anyOf', 'oneOf', 'not', 'false']
] as const

/** Keywords that say the same as another one. */
const ALIKE: Readonly<Record<string, (typeof KEYWORDS)[number]>> = {
  'false schema': 'false',
  dependencies: 'dependentRequired',
  unevaluatedProperties: 'additionalProperties',
  additionalItems: 'maxItems',
  items: 'maxItems'
}

/** Messages of `messages/LANGUAGE/schema.json`. */
export type SchemaMessage = `schema_rule_${(typeof KEYWORDS)[number] | 'other'}`

/** Which rule a value breaks; `say` puts values into a message. */
export function schemaWords<T>(
  { keyword, detail }: Pick<SchemaViolation, 'keyword' | 'detail'>,
  say: (message: SchemaMessage, values: Record<string, string>) => T
): T {
  const name = KEYWORDS.find((each) => each === (ALIKE[keyword] ?? keyword)) ?? 'other'
  return say(`schema_rule_${name}`, { keyword, detail })
}
