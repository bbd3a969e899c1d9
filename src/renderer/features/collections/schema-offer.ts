import { m } from '../../paraglide/messages'
import { namesIn, placeAt, withoutExpressions } from '../../state/json-text'
import { fitting, type Offer } from './completion'
import type { Insertion } from './insertions'
import { propertyOptions, valueOptions, type Lookup, type SchemaOption } from './schema-options'

/** Characters of a text beyond which each key would take noticeable time. */
const LONGEST = 200_000

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
  if (text.length > LONGEST) return null
  const json = withoutExpressions(text)
  const { path, isName, string } = placeAt(json, cursor)
  const typed = typedAt(json, cursor, string)
  if (!typed) return null
  const { from, to, isString } = typed
  const word = json.slice(from, cursor)
  const before = json.slice(0, from).trimEnd().at(-1)
  const isNext = before === ':' && !isName
  if (word === '' && !isAsked && !isNext) return null
  // Behind a value, where a comma must come first.
  if (before === undefined ? isName : !'{[,:'.includes(before)) return null
  const offer = (
    options: readonly SchemaOption[],
    insertion: (option: SchemaOption) => Insertion
  ): Offer => ({
    from,
    to,
    options: fitting(options, unquoted(word), (option) => unquoted(option.json)).map(insertion)
  })
  if (isName) {
    const parent = path.slice(0, -1)
    const others = namesIn(json, parent).filter(({ at }) => at !== from)
    const names = propertyOptions(schema, parent, new Set(others.map(({ name }) => name)), lookup)
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
  string: number | null
): { from: number; to: number; isString: boolean } | null {
  if (string === null)
    return { from: cursor - /[\w.+-]*$/.exec(json.slice(0, cursor))![0].length, to: cursor, isString: false }
  if (/^"(?:[^"\\]|\\.)*"$/.test(json.slice(string, cursor))) return null
  return { from: string, to: endOfString(json, cursor), isString: true }
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
function keyInsertion({ json, starter, required, ...option }: SchemaOption, rest: string): Insertion {
  const label = unquoted(json)
  const means = [required ? m.schema_required() : '', option.means].filter(Boolean).join(' · ')
  if (/^\s*:/.test(rest)) return { text: json, means, label }
  const comma = /^\s*"/.test(rest) ? ',' : ''
  const text = `${json}: ${starter}${comma}`
  return { text, means, label, caret: text.length - comma.length - (starter === '' ? 0 : 1) }
}
