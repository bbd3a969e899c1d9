/** What is known of the values at one place. */
interface Seen {
  count: number
  types: Map<string, number>
  minimum: number
  maximum: number
  /** Short texts that occur, until there are too many. */
  texts: Set<string> | null
  items: Seen | null
  properties: Map<string, Seen>
}

/** JSON Schema, as far as it is inferred. */
export interface InferredSchema {
  type?: string | string[]
  minimum?: number
  maximum?: number
  enum?: string[]
  items?: InferredSchema
  properties?: Record<string, InferredSchema>
  required?: string[]
}

/** More different texts than this are no enumeration, and so many values are needed for one. */
const FEW_TEXTS = 8
const ENOUGH = 10
const LONGEST_TEXT = 40
/** Properties of an object, and levels, beyond which nothing is told apart. */
const MOST_PROPERTIES = 200
const DEEPEST = 12

/** The JSON Schema (2020-12) that describes values: types, ranges of numbers, required properties, and texts of which only a few occur. */
export function schemaOf(values: readonly unknown[]): InferredSchema {
  const seen = nothing()
  for (const value of values) note(seen, value, 0)
  return described(seen)
}

function nothing(): Seen {
  return {
    count: 0,
    types: new Map(),
    minimum: Infinity,
    maximum: -Infinity,
    texts: new Set(),
    items: null,
    properties: new Map()
  }
}

function note(seen: Seen, value: unknown, depth: number): void {
  const type = typeOf(value)
  seen.count++
  seen.types.set(type, (seen.types.get(type) ?? 0) + 1)
  if (typeof value === 'number') {
    seen.minimum = Math.min(seen.minimum, value)
    seen.maximum = Math.max(seen.maximum, value)
  }
  if (typeof value === 'string' && seen.texts) {
    seen.texts.add(value)
    if (seen.texts.size > FEW_TEXTS || value.length > LONGEST_TEXT) seen.texts = null
  }
  if (depth === DEEPEST || typeof value !== 'object' || value === null) return
  if (Array.isArray(value)) {
    seen.items ??= nothing()
    for (const item of value) note(seen.items, item, depth + 1)
    return
  }
  for (const [name, inner] of Object.entries(value)) {
    if (!seen.properties.has(name) && seen.properties.size === MOST_PROPERTIES) continue
    const known = seen.properties.get(name) ?? nothing()
    seen.properties.set(name, known)
    note(known, inner, depth + 1)
  }
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return Number.isInteger(value) ? 'integer' : typeof value
}

function described({ count, types, minimum, maximum, texts, items, properties }: Seen): InferredSchema {
  if (count === 0) return {}
  // An integer is a number, too.
  const names = [...types.keys()].filter((type) => type !== 'integer' || !types.has('number')).sort()
  const schema: InferredSchema = { type: names.length === 1 ? names[0]! : names }
  if (minimum <= maximum) Object.assign(schema, { minimum, maximum })
  const strings = types.get('string') ?? 0
  if (names.length === 1 && strings >= ENOUGH && texts && texts.size * 2 <= strings)
    schema.enum = [...texts].sort()
  if (items) schema.items = described(items)
  if (types.has('object')) {
    const objects = types.get('object')!
    schema.properties = Object.fromEntries([...properties].map(([name, seen]) => [name, described(seen)]))
    const required = [...properties].filter(([, seen]) => seen.count === objects).map(([name]) => name)
    if (required.length > 0) schema.required = required
  }
  return schema
}
