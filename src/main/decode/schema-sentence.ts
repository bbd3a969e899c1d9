import catalogue from '../../../messages/en/schema.json'
import type { SchemaViolation } from '../../shared/contract/decode'
import { schemaWords } from '../../shared/schema-words'

/** Which rule a value breaks, in English. */
export function schemaSentence(violation: SchemaViolation): string {
  return schemaWords(violation, (message, values) =>
    catalogue[message].replace(/\{(\w+)\}/g, (whole, word: string) => values[word] ?? whole)
  )
}
