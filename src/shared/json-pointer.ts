/** The keys and indices of a JSON Pointer (RFC 6901), from the outermost. */
export function levelsOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((level) => level.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** The value at a JSON Pointer in parsed JSON; undefined: there is none. */
export function valueAtPointer(root: unknown, pointer: string): unknown {
  let value = root
  for (const level of levelsOf(pointer)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, level)) return undefined
    value = (value as Record<string, unknown>)[level]
  }
  return value
}
