import { valueAtPointer } from '../../shared/json-pointer'

/** Keywords whose cost grows faster than the value: they compare every item with every other, or refer to what is not known before. */
const COSTLY = ['uniqueItems', '$dynamicRef', '$recursiveRef', 'patternProperties'] as const

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

/**
 * How much a JSON Schema can cost for one value: how many schemas it has once each reference is replaced by what it refers to. Infinity if it
 * refers to itself or to another file, or has a rule that costs more than its size.
 */
export function extentOf(root: unknown): number {
  const known = new Map<unknown, number>()
  const extent = (schema: unknown): number => {
    if (!isObject(schema)) return 0
    const found = known.get(schema)
    if (found !== undefined) return found
    // While it is being counted: who asks is part of it.
    known.set(schema, Infinity)
    const { $ref, pattern } = schema
    const isCostly =
      COSTLY.some((name) => name in schema) ||
      // References within are relative to its own name.
      ('$id' in schema && schema !== root) ||
      (typeof pattern === 'string' && !isLinear(pattern))
    const referred = typeof $ref === 'string' ? extent(referredBy($ref, root)) : 0
    const inner = isCostly
      ? Infinity
      : Object.values(schema).reduce<number>((sum, each) => sum + extent(each), 1)
    known.set(schema, inner + referred)
    return inner + referred
  }
  return extent(root)
}

/** What `#/$defs/unit` refers to (RFC 6901); something endless if that is not in this file. */
function referredBy(reference: string, root: unknown): unknown {
  const isHere = reference === '#' || reference.startsWith('#/')
  return (isHere ? valueAtPointer(root, reference.slice(1)) : undefined) ?? { uniqueItems: true }
}

/** The most alternatives and optional parts of a regular expression that are tried in all combinations. */
const MOST_CHOICES = 10

/** Whether a regular expression repeats at most one character without end, so that it cannot try many ways to divide a text. */
function isLinear(pattern: string): boolean {
  const plain = pattern.replace(/\\./gs, '').replace(/\[[^\]]*\]/g, 'x')
  const count = (part: RegExp): number => plain.match(part)?.length ?? 0
  return count(/[*+]|\{\d*,/g) <= 1 && count(/[|?]/g) <= MOST_CHOICES && count(/\)[*+{]|\(\?/g) === 0
}
