/** A value in a text, with the offsets (UTF-16) between which it stands. */
export type ValueNode = { from: number; to: number } & (
  | { kind: 'null' | 'undefined' }
  | { kind: 'boolean'; value: boolean }
  /** As it is written; also `NaN`, `Infinity` and `-Infinity`. */
  | { kind: 'number'; text: string }
  | { kind: 'string'; value: string }
  | { kind: 'bytes'; value: Uint8Array }
  | { kind: 'list'; items: ValueNode[] }
  | { kind: 'map'; entries: ValueEntry[] }
  /** A CBOR tag. */
  | { kind: 'tag'; number: string; value: ValueNode }
  /** `simple(1)`, `ext(5, h'00')` or `timestamp(2026-01-02T03:04:05Z)`. */
  | { kind: 'special'; name: 'simple' | 'ext' | 'timestamp'; argument: string }
  /** An expression in double braces that stands for a value. */
  | { kind: 'template' }
)

export interface ValueEntry {
  key: ValueNode
  value: ValueNode
}

export type NodeOf<K extends ValueNode['kind']> = Extract<ValueNode, { kind: K }>

/** The value under a key of a map; undefined if there is none. */
export function valueOf(map: NodeOf<'map'>, name: string): ValueNode | undefined {
  return map.entries.find(({ key }) => key.kind === 'string' && key.value === name)?.value
}

/** The keys and indexes that lead to the innermost value around an offset. */
export function stepsTo(root: ValueNode, offset: number): (string | number)[] {
  const steps: (string | number)[] = []
  let node: ValueNode | undefined = root
  while (node) {
    if (node.kind === 'tag') node = node.value
    else if (node.kind === 'list') {
      const index: number = node.items.findIndex(({ from, to }) => from <= offset && offset < to)
      if (index === -1) break
      steps.push(index)
      node = node.items[index]
    } else if (node.kind === 'map') {
      const found: ValueEntry | undefined = node.entries.find(
        ({ key, value }) => key.from <= offset && offset < value.to
      )
      if (!found) break
      steps.push(keyText(found.key))
      node = offset >= found.value.from ? found.value : undefined
    } else break
  }
  return steps
}

function keyText(key: ValueNode): string {
  return key.kind === 'string' ? key.value : key.kind === 'number' ? key.text : key.kind
}

/** Steps as a person writes them: `metrics[0].value`. */
export function pathText(steps: readonly (string | number)[]): string {
  let path = ''
  for (const step of steps)
    if (typeof step === 'number') path += `[${step}]`
    else if (/^[\p{L}_$][\p{L}\p{N}_$-]*$/u.test(step)) path += path === '' ? step : `.${step}`
    else path += `[${JSON.stringify(step)}]`
  return path
}
