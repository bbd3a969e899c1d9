import { ensureSyntaxTree } from '@codemirror/language'
import type { EditorState } from '@codemirror/state'

type SyntaxNode = NonNullable<ReturnType<typeof ensureSyntaxTree>>['topNode']

/** Time limit for parsing the text up to the offset, in ms. */
const TIMEOUT = 200

/** The keys and indices leading to the value at an offset of a JSON text; null if there is none, or parsing takes too long. */
export function jsonPathAt(state: EditorState, place: number): (string | number)[] | null {
  const tree = ensureSyntaxTree(state, place, TIMEOUT)
  if (!tree) return null
  const path: (string | number)[] = []
  for (let node: SyntaxNode | null = tree.resolveInner(place, 1); node; node = node.parent) {
    const { parent } = node
    if (node.name === 'Property') {
      const name = node.getChild('PropertyName')
      if (!name) return null
      path.unshift(JSON.parse(state.sliceDoc(name.from, name.to)) as string)
    } else if (parent?.name === 'Array' && !/^[[\],]$/.test(node.name)) {
      let index = 0
      for (let before = node.prevSibling; before; before = before.prevSibling)
        if (!/^[[\],]$/.test(before.name)) index++
      path.unshift(index)
    }
  }
  return path
}

/** The JSON Pointer of a path (RFC 6901). */
export function pointerOf(path: readonly (string | number)[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

/** A path in script notation: `$.sensors[0].value`, with `["a name"]` for keys that are not identifiers. */
export function dottedOf(path: readonly (string | number)[]): string {
  return path.reduce<string>((written, key) => {
    if (typeof key === 'number') return `${written}[${key}]`
    return /^[A-Za-z_$][\w$]*$/.test(key) ? `${written}.${key}` : `${written}[${JSON.stringify(key)}]`
  }, '$')
}
