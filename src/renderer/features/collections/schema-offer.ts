import { findNodeAtLocation, getLocation, parseTree } from 'jsonc-parser'
import { withoutExpressions } from '../../state/json-text'
import { fitting, type Offer } from './completion'
import type { Insertion } from './insertions'
import { propertyOptions, valueOptions, type Lookup, type SchemaOption } from './schema-options'

/**
 * Completes a property's name or a value of a JSON text at the cursor with what its schema says; null: nothing is being typed there. `isAsked`:
 * all that is possible there, also if nothing was typed yet.
 */
export function schemaOffer(
  text: string,
  cursor: number,
  schema: unknown,
  lookup: Lookup,
  isAsked: boolean
): Offer | null {
  const json = withoutExpressions(text)
  const { path, isAtPropertyKey, previousNode } = getLocation(json, cursor)
  const typed = typedAt(json, cursor, previousNode)
  if (!typed) return null
  const { from, to, isString } = typed
  const word = json.slice(from, cursor)
  const before = json.slice(0, from).trimEnd().at(-1)
  const isNext = before === ':' && !isAtPropertyKey
  if (word === '' && !isAsked && !isNext) return null
  // Behind a value, where a comma must come first.
  if (before === undefined ? isAtPropertyKey : !'{[,:'.includes(before)) return null
  const offer = (
    options: readonly SchemaOption[],
    insertion: (option: SchemaOption) => Insertion
  ): Offer => ({
    from,
    to,
    options: fitting(options, unquoted(word), (option) => unquoted(option.json)).map(insertion)
  })
  if (isAtPropertyKey) {
    const parent = path.slice(0, -1)
    const names = propertyOptions(schema, parent, keysAt(json, parent, from), lookup)
    return offer(names, (option) => keyInsertion(option, json.slice(to)))
  }
  const values = valueOptions(schema, path, lookup).filter(
    (option) => !isString || option.json.startsWith('"')
  )
  const written = json.slice(from, to)
  // One that is written in full is no longer being typed.
  if (values.some((option) => option.json === written)) return null
  return offer(values, (option) => ({ text: option.json, means: option.means }))
}

/** The name, the string or the word that the cursor is in; null: behind a string that has ended. */
function typedAt(
  json: string,
  cursor: number,
  node: ReturnType<typeof getLocation>['previousNode']
): { from: number; to: number; isString: boolean } | null {
  const isWithin = node && node.offset <= cursor && cursor <= node.offset + node.length
  if (!isWithin || json[node.offset] !== '"')
    return { from: cursor - /[\w.+-]*$/.exec(json.slice(0, cursor))![0].length, to: cursor, isString: false }
  if (/^"(?:[^"\\]|\\.)*"$/.test(json.slice(node.offset, cursor)) || cursor === node.offset) return null
  return { from: node.offset, to: endOfString(json, cursor), isString: true }
}

/** The names of an object's properties, except the one that is being typed. */
function keysAt(json: string, path: readonly (string | number)[], typed: number): Set<string> {
  const root = parseTree(json)
  const object = root && findNodeAtLocation(root, [...path])
  const keys = (object?.type === 'object' && object.children) || []
  return new Set(
    keys.flatMap(({ children }) =>
      children?.[0] && children[0].offset !== typed ? [String(children[0].value)] : []
    )
  )
}

/** Where the string around the cursor ends, if what follows says so; otherwise the cursor. */
function endOfString(json: string, cursor: number): number {
  const rest = /^(?:[^"\\\n]|\\.)*"(?=\s*[:,}\]]|\s*$)/.exec(json.slice(cursor))
  return cursor + (rest ? rest[0].length : 0)
}

function unquoted(json: string): string {
  return json.replace(/^"|"$/g, '')
}

/** A name with its colon and the start of its value, which the cursor goes into; only the name where a value follows. */
function keyInsertion({ json, means, starter }: SchemaOption, rest: string): Insertion {
  const label = unquoted(json)
  if (/^\s*:/.test(rest)) return { text: json, means, label }
  const comma = /^\s*"/.test(rest) ? ',' : ''
  const text = `${json}: ${starter}${comma}`
  return { text, means, label, caret: text.length - comma.length - (starter === '' ? 0 : 1) }
}
