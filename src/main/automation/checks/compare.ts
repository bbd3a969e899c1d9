import type { Words } from '../../../shared/contract/sentence'
import { bounded } from '../../decode/bounded'
import { isMap, shown } from './json'
import { at, said, type MessageName } from './said'
import { Loose, textOf } from './values'

/** How a value offends against an operator; null: it does not. */
type Operator = (actual: unknown, wanted: unknown) => Words | null

const number = (value: unknown): number => (typeof value === 'number' ? value : Number.NaN)
const wantedNumber = (value: unknown): number =>
  value instanceof Loose ? number(value.scalar) : number(value)

function operator(fault: MessageName, holds: (actual: unknown, wanted: unknown) => boolean): Operator {
  return (actual, wanted) =>
    holds(actual, wanted) ? null : said(fault, { wanted: shown(wanted), actual: shown(actual) })
}

function ordering(fault: MessageName, holds: (actual: number, wanted: number) => boolean): Operator {
  return operator(fault, (actual, wanted) => holds(number(actual), wantedNumber(wanted)))
}

const equals = (actual: unknown, wanted: unknown): boolean => differs(actual, wanted, true) === null

/** Operators in place of a value: `{ gt: 20, lt: 30 }`. */
const operators: Record<string, Operator> = {
  eq: operator('failure_equal', equals),
  ne: operator('failure_not_equal', (actual, wanted) => !equals(actual, wanted)),
  gt: ordering('failure_greater', (a, b) => a > b),
  gte: ordering('failure_at_least', (a, b) => a >= b),
  lt: ordering('failure_less', (a, b) => a < b),
  lte: ordering('failure_at_most', (a, b) => a <= b),
  oneOf: operator(
    'failure_one_of',
    (actual, wanted) => Array.isArray(wanted) && wanted.some((each) => equals(actual, each))
  ),
  contains: operator('failure_contains', (actual, wanted) =>
    typeof actual === 'string'
      ? actual.includes(textOf(wanted))
      : Array.isArray(actual) && actual.some((each) => differs(each, wanted, false) === null)
  ),
  matches: (actual, wanted) =>
    typeof actual !== 'object' && actual !== undefined && test(textOf(wanted), textOf(actual))
      ? null
      : said('failure_matches', { pattern: textOf(wanted), actual: shown(actual) }),
  exists(actual, given) {
    const wanted = given instanceof Loose ? given.scalar : given
    return (actual !== undefined) === wanted
      ? null
      : said(wanted === false ? 'failure_nothing_wanted' : 'failure_value_wanted', { actual: shown(actual) })
  },
  type: (actual, wanted) =>
    typeName(actual) === textOf(wanted)
      ? null
      : said('failure_type', { type: textOf(wanted), actual: shown(actual) }),
  length: operator(
    'failure_length',
    (actual, wanted) => (typeof actual === 'string' || Array.isArray(actual)) && equals(actual.length, wanted)
  )
}

/** Whether a map consists of operators. */
export function areOperators(value: unknown): value is Record<string, unknown> {
  return (
    isMap(value) &&
    Object.keys(value).length > 0 &&
    Object.keys(value).every((key) => Object.hasOwn(operators, key))
  )
}

/**
 * How a value differs from what is expected, with its place; null: it does not. Unless it must be equal (`exact`), objects may have more
 * members than expected.
 */
export function differs(actual: unknown, wanted: unknown, exact: boolean, place = ''): Words | null {
  if (areOperators(wanted)) {
    for (const [name, value] of Object.entries(wanted)) {
      const fault = operators[name]!(actual, value)
      if (fault !== null) return at(place, fault)
    }
    return null
  }
  if (Array.isArray(wanted)) {
    if (!Array.isArray(actual)) return at(place, said('failure_list', { actual: shown(actual) }))
    if (actual.length !== wanted.length)
      return at(
        place,
        said('failure_items', { wanted: wanted.length, count: actual.length, actual: shown(actual) })
      )
    for (const [index, item] of wanted.entries()) {
      const found = differs(actual[index], item, exact, `${place}[${index}]`)
      if (found !== null) return found
    }
    return null
  }
  if (isMap(wanted)) {
    if (!isMap(actual)) return at(place, said('failure_object', { actual: shown(actual) }))
    for (const [key, value] of Object.entries(wanted)) {
      const inner = place === '' ? key : `${place}.${key}`
      const member = Object.hasOwn(actual, key) ? actual[key] : undefined
      if (member === undefined && !areOperators(value))
        return at(inner, said('failure_absent', { wanted: shown(value) }))
      const found = differs(member, value, exact, inner)
      if (found !== null) return found
    }
    const more = exact ? Object.keys(actual).find((key) => !Object.hasOwn(wanted, key)) : undefined
    return more === undefined ? null : at(place, said('failure_unwanted', { key: more }))
  }
  return isSame(actual, wanted)
    ? null
    : at(place, said('failure_equal', { wanted: shown(wanted), actual: shown(actual) }))
}

function isSame(actual: unknown, wanted: unknown): boolean {
  if (wanted instanceof Loose)
    return (
      actual === wanted.text ||
      (typeof actual !== 'object' && textOf(actual) === wanted.text) ||
      actual === wanted.scalar
    )
  return Object.is(actual, wanted) || actual === wanted
}

/** Whether a text matches a regular expression. Throws an error that says what is wrong with the expression. */
export function test(pattern: string, text: string): boolean {
  const expression = new RegExp(pattern, 'u')
  return bounded(() => expression.test(text))
}

function typeName(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return value === undefined ? 'nothing' : typeof value
}
