import { bounded } from '../../decode/bounded'
import { isMap, shown } from './json'
import { Loose, textOf } from './values'

/** What an operator says of a value: null if it holds, or else what is expected, in words behind "expected". */
type Operator = (actual: unknown, wanted: unknown) => string | null

const number = (value: unknown): number => (typeof value === 'number' ? value : Number.NaN)
const wantedNumber = (value: unknown): number =>
  value instanceof Loose ? number(value.scalar) : number(value)

function ordering(words: string, holds: (actual: number, wanted: number) => boolean): Operator {
  return (actual, wanted) =>
    holds(number(actual), wantedNumber(wanted)) ? null : `a number ${words} ${shown(wanted)}`
}

/** Operators in place of a value: `{ gt: 20, lt: 30 }`. */
const operators: Record<string, Operator> = {
  eq: (actual, wanted) => (differs(actual, wanted, true) === null ? null : shown(wanted)),
  ne: (actual, wanted) => (differs(actual, wanted, true) === null ? `anything but ${shown(wanted)}` : null),
  gt: ordering('greater than', (a, b) => a > b),
  gte: ordering('of at least', (a, b) => a >= b),
  lt: ordering('less than', (a, b) => a < b),
  lte: ordering('of at most', (a, b) => a <= b),
  oneOf: (actual, wanted) =>
    Array.isArray(wanted) && wanted.some((each) => differs(actual, each, true) === null)
      ? null
      : `one of ${shown(wanted)}`,
  contains(actual, wanted) {
    const holds =
      typeof actual === 'string'
        ? actual.includes(textOf(wanted))
        : Array.isArray(actual) && actual.some((each) => differs(each, wanted, false) === null)
    return holds ? null : `something that contains ${shown(wanted)}`
  },
  matches: (actual, wanted) =>
    typeof actual !== 'object' && actual !== undefined && test(textOf(wanted), textOf(actual))
      ? null
      : `a text that matches /${textOf(wanted)}/`,
  exists: (actual, wanted) =>
    (actual !== undefined) === (wanted instanceof Loose ? wanted.scalar : wanted)
      ? null
      : wanted === false
        ? 'nothing'
        : 'a value',
  type: (actual, wanted) =>
    typeName(actual) === textOf(wanted) ? null : `a value of type ${textOf(wanted)}`,
  length(actual, wanted) {
    const length = typeof actual === 'string' || Array.isArray(actual) ? actual.length : undefined
    return length !== undefined && differs(length, wanted, true) === null
      ? null
      : `a length of ${shown(wanted)}`
  }
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
 * How a value differs from what is expected, as "expected …" with its place; null: it does not. Unless it must be equal (`exact`), objects
 * may have more members than expected.
 */
export function differs(actual: unknown, wanted: unknown, exact: boolean, place = ''): string | null {
  const at = place === '' ? '' : `${place}: `
  if (areOperators(wanted)) {
    for (const [name, value] of Object.entries(wanted)) {
      const expected = operators[name]!(actual, value)
      if (expected !== null) return `${at}expected ${expected}, but it is ${shown(actual)}`
    }
    return null
  }
  if (Array.isArray(wanted)) {
    if (!Array.isArray(actual)) return `${at}expected a list, but it is ${shown(actual)}`
    if (actual.length !== wanted.length)
      return `${at}expected ${wanted.length} items, but there are ${actual.length}: ${shown(actual)}`
    for (const [index, item] of wanted.entries()) {
      const found = differs(actual[index], item, exact, `${place}[${index}]`)
      if (found !== null) return found
    }
    return null
  }
  if (isMap(wanted)) {
    if (!isMap(actual)) return `${at}expected an object, but it is ${shown(actual)}`
    for (const [key, value] of Object.entries(wanted)) {
      const inner = place === '' ? key : `${place}.${key}`
      const member = Object.hasOwn(actual, key) ? actual[key] : undefined
      if (member === undefined && !areOperators(value))
        return `${inner}: expected ${shown(value)}, but there is none`
      const found = differs(member, value, exact, inner)
      if (found !== null) return found
    }
    const more = exact ? Object.keys(actual).find((key) => !Object.hasOwn(wanted, key)) : undefined
    return more === undefined ? null : `${at}there is "${more}", which is not expected`
  }
  return isSame(actual, wanted) ? null : `${at}expected ${shown(wanted)}, but it is ${shown(actual)}`
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
