import { isAlias, isMap, isSeq } from 'yaml'
import type { YamlFile } from '../collections/yaml-file'

/** Where a value stands in its file: keys and indexes from the root. */
export type Path = readonly (string | number)[]

/** Values of a file, at most. */
const MAX_VALUES = 50_000

/** The values of a YAML file, with the line of each. */
export class Located {
  private readonly lines = new Map<string, number>()
  readonly value: unknown

  /** The file must be usable; it may have another fault (ALIASES) afterwards. */
  constructor(private readonly file: YamlFile) {
    this.value = file.plain(file.root)
    if (file.usable) this.walk(file.root, [])
  }

  /** The line of a value, or of the nearest one around it. */
  lineOf(path: Path): number {
    for (let length = path.length; length > 0; length--) {
      const line = this.lines.get(keyOf(path.slice(0, length)))
      if (line !== undefined) return line
    }
    return 1
  }

  private walk(node: unknown, path: Path): void {
    if (this.lines.size >= MAX_VALUES) return
    if (isAlias(node)) return this.walk(node.resolve(this.file.document), path)
    if (isMap(node))
      // A key that is there twice is a fault.
      for (const [name, { key, value }] of this.file.entries(node)) {
        this.note([...path, name], this.file.lineOf(key))
        this.walk(value, [...path, name])
      }
    else if (isSeq(node))
      for (const [index, item] of node.items.entries()) {
        this.note([...path, index], this.file.lineOf(item))
        this.walk(item, [...path, index])
      }
  }

  private note(path: Path, line: number | null): void {
    const key = keyOf(path)
    if (line !== null && !this.lines.has(key)) this.lines.set(key, line)
  }
}

function keyOf(path: Path): string {
  return path.join('\0')
}
