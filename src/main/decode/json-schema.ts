import { Ajv, type ErrorObject, type Options, type ValidateFunction } from 'ajv'
import { Ajv2019 } from 'ajv/dist/2019.js'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { SchemaViolation } from '../../shared/contract/decode'
import { bounded } from './bounded'
import { extentOf } from './schema-extent'

/** The most violations that are told of one value. */
const MOST = 20
/** Characters of what a rule allows. */
const LONGEST_DETAIL = 200

/** Formats are annotations (JSON Schema 2020-12 Validation, 7.2.1), and keywords that are not known are ignored. */
const OPTIONS: Options = { strict: false, logger: false, validateFormats: false }

/** A JSON Schema, as its file holds it. */
export type SchemaValue = boolean | Record<string, unknown>

/** Schemas that may apply to a value before it costs noticeable time; see extentOf. */
const LARGE = 1_000

/** How thoroughly a value is checked. */
export interface Thoroughness {
  /** Only until the first rule that it breaks. */
  first?: boolean
  /** It has at most so many characters that a schema of ordinary extent cannot take long. */
  short?: boolean
}

/** Finds what of a value breaks the rules of a schema. */
export interface JsonSchema {
  /** The rules that a value breaks. Throws if that takes too long. */
  violations(value: unknown, how?: Thoroughness): SchemaViolation[]
}

/**
 * A JSON Schema of draft 2019-09 or 2020-12, which is taken if it names none, or of an older one, which is read as draft 7. `others` are the schemas that it may refer to, by
 * their file names. Throws an Error that says why it cannot be used.
 */
export function jsonSchema(schema: unknown, others: Readonly<Record<string, SchemaValue>> = {}): JsonSchema {
  if (!isSchema(schema)) throw new Error('It is not a JSON Schema: it must be an object.')
  const Validator = validatorOf(schema)
  const compile = (allErrors: boolean): ValidateFunction => {
    const ajv = new Validator({ ...OPTIONS, allErrors })
    for (const [name, other] of besides(schema, others)) {
      // One that is broken matters only to those that refer to it.
      ajv.addSchema(withoutDraft(other), name, undefined, false)
    }
    return bounded(() => ajv.compile(withoutDraft(schema)))
  }
  let all: ValidateFunction | null = null
  const one = compile(false)
  // A limit in time costs a thread each time, which is too much for each message of a flood.
  const isCheap = extentOf(schema) <= LARGE
  return {
    violations(value, { first = false, short = false } = {}) {
      const limited = isCheap && short ? <T>(work: () => T): T => work() : bounded
      if (limited(() => one(value))) return []
      const validate = first ? one : (all ??= compile(true))
      if (!first) limited(() => validate(value))
      return told(validate.errors ?? [])
        .slice(0, MOST)
        .map(violationOf)
    }
  }
}

export function isSchema(value: unknown): value is SchemaValue {
  return typeof value === 'boolean' || (typeof value === 'object' && value !== null && !Array.isArray(value))
}

/** The schemas that one may refer to, if it refers to any, each with its address. Of several with one $id, the first. */
function besides(
  schema: SchemaValue,
  others: Readonly<Record<string, SchemaValue>>
): [string, SchemaValue][] {
  if (!/"\$(?:ref|dynamicRef|recursiveRef)":"[^#]/.test(JSON.stringify(schema))) return []
  const base = idOf(schema)
  const taken = new Set([base])
  return Object.entries(others).flatMap(([name, other]) => {
    const id = idOf(other)
    if (id !== undefined && taken.has(id)) return []
    taken.add(id)
    // What refers to "unit.json" means the one beside itself (JSON Schema 2020-12 Core, 8.2).
    return [[base !== undefined && URL.canParse(name, base) ? new URL(name, base).href : name, other]]
  })
}

function idOf(schema: SchemaValue): string | undefined {
  const id = typeof schema === 'boolean' ? undefined : schema['$id']
  return typeof id === 'string' ? id : undefined
}

function validatorOf(schema: SchemaValue): typeof Ajv | typeof Ajv2019 | typeof Ajv2020 {
  const draft = typeof schema === 'boolean' ? undefined : schema['$schema']
  if (typeof draft !== 'string' || draft.includes('/2020-12/')) return Ajv2020
  return draft.includes('/2019-09/') ? Ajv2019 : Ajv
}

/** Without the names of its draft and, before draft 6, of itself: the validator knows the schemas of one draft only, and no "id". */
function withoutDraft(schema: SchemaValue): SchemaValue {
  if (typeof schema === 'boolean') return schema
  const { $schema: _draft, id, ...rest } = schema
  return typeof id === 'string' || id === undefined ? rest : { ...rest, id }
}

/** Without what the others say already: types that single alternatives want, and that a condition holds. */
function told(errors: ErrorObject[]): ErrorObject[] {
  const choices = errors.filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf')
  const found = errors.filter(
    ({ keyword, instancePath, schemaPath }) =>
      keyword !== 'if' &&
      !(
        keyword === 'type' &&
        choices.some(
          (choice) => choice.instancePath === instancePath && schemaPath.startsWith(`${choice.schemaPath}/`)
        )
      )
  )
  return found.length > 0 ? found : errors
}

function violationOf({ instancePath, keyword, params }: ErrorObject): SchemaViolation {
  return { path: instancePath, keyword, detail: detailOf(params as Record<string, unknown>) }
}

/** What names the detail of a rule, in the validator's words. */
const NAMES = [
  ...[
    'missingProperty',
    'additionalProperty',
    'unevaluatedProperty',
    'propertyName',
    'pattern',
    'multipleOf'
  ],
  ...['allowedValue', 'allowedValues', 'minContains', 'limit', 'type']
]

function detailOf(params: Record<string, unknown>): string {
  const name = NAMES.find((each) => params[each] !== undefined)
  if (name === undefined) return ''
  const values = [params[name]].flat()
  const isValue = name === 'allowedValue' || name === 'allowedValues'
  const text = (name === 'allowedValue' ? [params[name]] : values)
    .map((each) => (isValue ? JSON.stringify(each) : String(each)))
    .join(', ')
  return text.length > LONGEST_DETAIL ? `${text.slice(0, LONGEST_DETAIL)}…` : text
}
