import { valueAtPointer } from '../../../shared/json-pointer'

/** What a schema offers at a place: a property's name, or a value, as JSON. */
export interface SchemaOption {
  json: string
  /** What the schema says of it. */
  means: string
  /** Of a property: with what its value begins, such as `""`; empty: anything. */
  starter: string
  /** Of a property: whether it must be there. */
  required: boolean
}

/** A schema of a file, from which references to that file lead on. */
interface Place {
  schema: Readonly<Record<string, unknown>>
  root: unknown
}

/** Returns another file of the schema library as it was parsed; undefined: there is none, or it was not read yet. */
export type Lookup = (name: string) => unknown

/** The most schemas that are looked at, and the most options: a hostile one refers to itself without end. */
const MOST_SCHEMAS = 500
const MOST_OPTIONS = 100

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const listed = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : [])

/** The properties that an object at a path may have, those that it must have first, without those that it has. */
export function propertyOptions(
  schema: unknown,
  path: readonly (string | number)[],
  present: ReadonlySet<string>,
  lookup: Lookup
): SchemaOption[] {
  const found = new Map<string, SchemaOption>()
  const places = schemasAt(schema, path, lookup)
  const required = new Set(places.flatMap((place) => listed(place.schema['required'])))
  for (const { schema, root } of places)
    for (const [name, inner] of Object.entries(isObject(schema['properties']) ? schema['properties'] : {})) {
      if (present.has(name) || found.has(name) || inner === false) continue
      const inners = expanded([{ schema: isObject(inner) ? inner : {}, root }], lookup)
      found.set(name, {
        json: JSON.stringify(name),
        means: meaningOf(inners),
        starter: starterOf(inners),
        required: required.has(name)
      })
    }
  const all = [...found.values()]
  return [...all.filter((each) => each.required), ...all.filter((each) => !each.required)].slice(
    0,
    MOST_OPTIONS
  )
}

/** The values that a schema names for a path. */
export function valueOptions(
  schema: unknown,
  path: readonly (string | number)[],
  lookup: Lookup
): SchemaOption[] {
  const found = new Map<string, SchemaOption>()
  for (const { schema: each } of schemasAt(schema, path, lookup)) {
    const named = ['const', 'default'].flatMap((key) => (key in each ? [each[key]] : []))
    const types = [each['type']].flat()
    const literals = types.flatMap((type) =>
      type === 'boolean' ? [true, false] : type === 'null' ? [null] : []
    )
    for (const value of [...named, ...listed(each['enum']), ...listed(each['examples']), ...literals]) {
      const json = JSON.stringify(value)
      if (!found.has(json))
        found.set(json, { json, means: textOf(each['title']), starter: '', required: false })
    }
  }
  return [...found.values()].slice(0, MOST_OPTIONS)
}

/** The schemas that apply to a value. */
function schemasAt(root: unknown, path: readonly (string | number)[], lookup: Lookup): Place[] {
  let places = expanded(isObject(root) ? [{ schema: root, root }] : [], lookup)
  for (const key of path)
    places = expanded(
      places.flatMap(({ schema, root }) =>
        inside(schema, key).flatMap((inner) => (isObject(inner) ? [{ schema: inner, root }] : []))
      ),
      lookup
    )
  return places
}

function inside(schema: Place['schema'], key: string | number): unknown[] {
  if (typeof key === 'number') {
    const { items, prefixItems, additionalItems } = schema
    const first = Array.isArray(items) ? items : listed(prefixItems)
    return [key < first.length ? first[key] : Array.isArray(items) ? additionalItems : items]
  }
  const { properties, additionalProperties } = schema
  const isNamed = isObject(properties) && Object.hasOwn(properties, key)
  return [isNamed ? properties[key] : additionalProperties]
}

/** The same with what they refer to, and all their alternatives. */
function expanded(places: readonly Place[], lookup: Lookup): Place[] {
  const found = new Map<unknown, Place>()
  const add = (place: Place): void => {
    if (found.has(place.schema) || found.size >= MOST_SCHEMAS) return
    found.set(place.schema, place)
    const { schema, root } = place
    const more = ['allOf', 'anyOf', 'oneOf'].flatMap((key) => listed(schema[key]))
    for (const inner of [...more, schema['then'], schema['else']])
      if (isObject(inner)) add({ schema: inner, root })
    const referred = typeof schema['$ref'] === 'string' ? referredBy(schema['$ref'], root, lookup) : null
    if (referred) add(referred)
  }
  places.forEach(add)
  return [...found.values()]
}

/** What `#/$defs/unit` or `unit.json#/$defs/unit` refers to (RFC 6901 in a fragment). */
function referredBy(reference: string, root: unknown, lookup: Lookup): Place | null {
  const [address = '', fragment = ''] = reference.split('#', 2)
  const file = address === '' ? root : lookup(address.slice(address.lastIndexOf('/') + 1))
  const value = valueAtPointer(file, decoded(fragment))
  return isObject(value) ? { schema: value, root: file } : null
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function typesOf(places: readonly Place[]): string[] {
  return [...new Set(places.flatMap(({ schema }) => [schema['type']].flat()))].filter(
    (type) => typeof type === 'string'
  )
}

/** Its title or description in a few words, or else its types. */
function meaningOf(places: readonly Place[]): string {
  const said = places
    .map(({ schema }) => textOf(schema['title']) || textOf(schema['description']))
    .find(Boolean)
  return [typesOf(places).join(' | '), said].filter(Boolean).join(' · ')
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.split('\n')[0]!.slice(0, 80) : ''
}

function starterOf(places: readonly Place[]): string {
  const hasValues = places.some(({ schema }) => Array.isArray(schema['enum']) || 'const' in schema)
  const types = typesOf(places)
  const starters: Record<string, string> = { string: '""', object: '{}', array: '[]' }
  return hasValues || types.length !== 1 ? '' : (starters[types[0]!] ?? '')
}
