import { findNodeAtLocation, getLocation, parseTree, type Node } from 'jsonc-parser'
import { levelsOf } from '../../shared/json-pointer'

/** An expression of a template, or `\\{{`, which stands for two braces: JSON knows neither. */
export const EXPRESSION = /\\\{\{|\{\{.*?\}\}/gs

/** The same text with digits in place of expressions in double braces, which are values or parts of strings then. */
export function withoutExpressions(text: string): string {
  return text.replace(EXPRESSION, (expression) => '1'.repeat(expression.length))
}

/**
 * Finds values by their JSON Pointers (RFC 6901) in a text in which expressions may stand for values; in place of one that is not there, the
 * innermost one around it.
 */
export function placesIn(text: string): (pointer: string) => { from: number; to: number; line: number } {
  const root = parseTree(withoutExpressions(text))
  return (pointer) => {
    let node = root
    for (const key of levelsOf(pointer)) {
      const inner: Node | undefined =
        node && findNodeAtLocation(node, [node.type === 'array' ? Number(key) : key])
      if (!inner) break
      node = inner
    }
    const { offset, length } = node ?? { offset: 0, length: text.length }
    return { from: offset, to: offset + length, line: text.slice(0, offset).split('\n').length }
  }
}

/** A place in a JSON text that may be unfinished. */
export interface JsonPlace {
  /** The keys and indices that lead to it; the last one is the name that is being typed, if it is one. */
  path: (string | number)[]
  isName: boolean
  /** Where the string that it is in, or at the end of, begins; null: it is in none. */
  string: number | null
}

/** The place of the cursor. */
export function placeAt(json: string, cursor: number): JsonPlace {
  const { path, isAtPropertyKey: isName, previousNode: node } = getLocation(json, cursor)
  const isWithin = node && node.offset < cursor && cursor <= node.offset + node.length
  return { path, isName, string: isWithin && json[node.offset] === '"' ? node.offset : null }
}

/** The names of the properties of an object, each with its offset. */
export function namesIn(json: string, path: readonly (string | number)[]): { name: string; at: number }[] {
  const root = parseTree(json)
  const object = root && findNodeAtLocation(root, [...path])
  return ((object?.type === 'object' && object.children) || []).flatMap(({ children }) =>
    children?.[0] ? [{ name: String(children[0].value), at: children[0].offset }] : []
  )
}
