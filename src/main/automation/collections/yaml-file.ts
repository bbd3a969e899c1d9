import {
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  Lexer,
  LineCounter,
  parseDocument,
  Scalar,
  visit,
  YAMLMap,
  type YAMLSeq,
  type Document,
  type Node,
  type Pair
} from 'yaml'
import type { FileFault } from '../../../shared/contract/collections'

/** A larger file is not read: nobody wrote it by hand, and reading YAML takes a second for some megabytes. */
export const MAX_FILE_BYTES = 1_000_000
/** Words and signs. Reading this many takes about 0.1 s, in which nothing else is done. */
const MAX_TOKENS = 50_000
/** Brackets within brackets. */
const MAX_NESTING = 200
/** More of these in a file mean that it was made to explode. */
const MAX_ALIASES = 100

/** A YAML file whose root is a map, with what is wrong with it. */
export class YamlFile {
  readonly faults: FileFault[] = []

  private constructor(
    private readonly file: string,
    private readonly source: string,
    readonly document: Document,
    private readonly lines: LineCounter
  ) {}

  /** Never throws. `root` is null if the file is not a map. */
  static read(file: string, text: string): YamlFile {
    const lines = new LineCounter()
    const extent = extentFault(text)
    if (extent) {
      const read = new YamlFile(file, '', parseDocument('{}'), lines)
      read.fault(extent, null, { detail: String(extent === 'TOO_LONG' ? MAX_TOKENS : MAX_NESTING) })
      return read
    }
    let document: Document
    try {
      // Its own check for repeated keys takes time in proportion to the square of their number.
      document = parseDocument(text, {
        lineCounter: lines,
        version: '1.2',
        logLevel: 'error',
        prettyErrors: false,
        uniqueKeys: false
      })
    } catch (error) {
      // Nesting so deep that reading it runs out of stack.
      const read = new YamlFile(file, '', parseDocument('{}'), lines)
      read.fault(error instanceof RangeError ? 'TOO_DEEP' : 'NOT_YAML', null, { detail: firstLine(error) })
      return read
    }
    const read = new YamlFile(file, text, document, lines)
    const [error] = document.errors
    if (error) {
      const code = error.code === 'RESOURCE_EXHAUSTION' ? 'TOO_DEEP' : 'NOT_YAML'
      read.fault(code, error.pos[0], { detail: firstLine(error) })
    } else if (
      document.contents === null ||
      (isScalar(document.contents) && document.contents.value === null)
    ) {
      // An empty file is a map without keys; what a person wrote above it is kept.
      const { commentBefore, comment } = document
      document.contents = new YAMLMap()
      Object.assign(document, { commentBefore: commentBefore ?? comment, comment: null })
    } else if (!isMap(document.contents)) read.fault('NOT_A_MAP', 0)
    read.checkAliases()
    return read
  }

  /** An alias of nothing, or an anchor that is no name, would prevent the file from being written. */
  private checkAliases(): void {
    const anchors = new Set<string>()
    try {
      visit(this.document, {
        Node: (_key, node) => {
          if (isAlias(node)) {
            if (!anchors.has(node.source))
              this.fault('NOT_YAML', offsetOf(node), { detail: `*${node.source}` })
          } else if (node.anchor !== undefined) {
            anchors.add(node.anchor)
            if (NO_ANCHOR.test(node.anchor)) this.fault('NOT_YAML', offsetOf(node), { detail: '&' })
          }
        }
      })
    } catch {
      this.fault('TOO_DEEP', null)
    }
  }

  /** The map that the file consists of. */
  get root(): YAMLMap<unknown, unknown> {
    return this.document.contents as YAMLMap<unknown, unknown>
  }

  /** It can be used, perhaps with warnings. */
  get usable(): boolean {
    return this.faults.every(({ warning }) => warning)
  }

  /** The entries of the root, or of a map in it. A key that is there twice is a fault. */
  entries(map: unknown = this.document.contents): [string, Pair<unknown, unknown>][] {
    if (!isMap(map)) return []
    const found = new Map<string, Pair<unknown, unknown>>()
    for (const pair of map.items) {
      const key = isScalar(pair.key) ? String(pair.key.value) : ''
      if (found.has(key))
        this.fault('NOT_YAML', offsetOf(pair.key), { detail: `"${key.slice(0, 60)}" twice` })
      found.set(key, pair)
    }
    return [...found]
  }

  /** The value of a node as JavaScript; undefined if its aliases explode or it contains itself. */
  plain(node: unknown): unknown {
    if (isScalar(node)) return node.value
    if (node === null || typeof node !== 'object' || !('toJS' in node)) return node
    try {
      const value: unknown = (node as Node).toJS(this.document, { maxAliasCount: MAX_ALIASES })
      // A structure that contains itself has no text.
      JSON.stringify(value)
      return value
    } catch {
      this.fault('ALIASES', offsetOf(node))
      return undefined
    }
  }

  /** The line of a node or key, from 1; null if it is not in the text. */
  lineOf(node: unknown): number | null {
    const offset = offsetOf(node)
    return offset === null ? null : this.lines.linePos(offset).line || null
  }

  /** Notes that a value has the wrong type. */
  wrongType(pair: Pair<unknown, unknown>, key: string, expected: string): void {
    if (this.faults.some(({ code }) => code === 'ALIASES')) return
    this.fault('WRONG_TYPE', offsetOf(pair.value) ?? offsetOf(pair.key), { key, detail: expected })
  }

  unknownKey(pair: Pair<unknown, unknown>, key: string): void {
    this.fault('UNKNOWN_KEY', offsetOf(pair.key), { key, warning: true })
  }

  fault(
    code: FileFault['code'],
    offset: number | null,
    { key = '', detail = '', warning = false }: { key?: string; detail?: string; warning?: boolean } = {}
  ): void {
    // The first faults say enough.
    if (this.faults.length < MAX_FAULTS)
      this.faults.push({
        file: this.file,
        line: offset === null ? null : this.lines.linePos(offset).line || null,
        warning,
        code,
        key: key.slice(0, 100),
        detail
      })
  }

  /** The text of the file, with its comments, the keys that Treetop does not know, and the style in which it is written. */
  text(): string {
    visit(this.document, { Collection: (_key, node) => this.keepPadding(node) })
    const text = this.document.toString({ lineWidth: 0, ...this.indents() })
    return this.source.includes('\r\n') ? text.replaceAll('\n', '\r\n') : text
  }

  /** Blanks before the keys of a map in the root, and whether lists are indented; 2 and yes, unless it is written otherwise. */
  private indents(): { indent: number; indentSeq: boolean } {
    const found = { indent: 2, indentSeq: true }
    const take = (map: unknown, depth: number): void => {
      if (!isMap(map) || map.flow || depth > 2) return
      for (const { key, value } of map.items) {
        if (!isCollection(value) || value.flow) continue
        const [outer, inner] = [this.columnOf(key), this.columnOf(value)]
        if (outer === null || inner === null) continue
        if (!isMap(value)) found.indentSeq = inner > outer
        else if (inner > outer && inner - outer <= 8) found.indent = inner - outer
        take(value, depth + 1)
      }
    }
    take(this.root, 1)
    return found
  }

  private columnOf(node: unknown): number | null {
    const offset = offsetOf(node)
    return offset === null ? null : offset - this.source.lastIndexOf('\n', offset - 1) - 1
  }

  /** `{ a: b }` and `[a]`, unless it is written otherwise. */
  private keepPadding(node: YAMLMap | YAMLSeq): void {
    if (!node.flow) return
    const padded = node.range ? /[ \t\r\n]/.test(this.source[node.range[0] + 1] ?? '') : isMap(node)
    const write = node.toString.bind(node)
    node.toString = (context, ...rest) =>
      write(context && { ...context, flowCollectionPadding: padded ? ' ' : '' }, ...rest)
  }
}

const MAX_FAULTS = 20

/** Whether reading a text would take long. */
function extentFault(text: string): 'TOO_LONG' | 'TOO_DEEP' | null {
  let count = 0
  let brackets = 0
  /** Marks of lists and keys in one line, each of which is a level of its own. */
  let marks = 0
  for (const token of new Lexer().lex(text)) {
    if (++count > MAX_TOKENS) return 'TOO_LONG'
    if (token === '[' || token === '{') brackets++
    else if (token === ']' || token === '}') brackets--
    else if (token === '-' || token === '?') marks++
    else if (token.includes('\n')) marks = 0
    if (Math.max(brackets, marks) > MAX_NESTING) return 'TOO_DEEP'
  }
  return null
}

/** What an anchor must not contain (YAML 1.2.2, 6.9.2). */
const NO_ANCHOR = /[\0-\x20,[\]{}]/

/** A text in the style in which a person would write it, which reads back as the same text. */
export function textNode(text: string): Scalar<string> {
  const node = new Scalar(text)
  if (text === '') node.type = Scalar.QUOTE_DOUBLE
  // A block cannot hold every control character, and not a carriage return.
  if (
    /[^\n\t\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]/u.test(
      text.replace(/[\u{10000}-\u{10ffff}]/gu, '')
    )
  )
    node.type = Scalar.QUOTE_DOUBLE
  else if (text.includes('\n'))
    // Blanks at the ends of a block or on a line of their own do not always survive.
    node.type = /^\s|\n[ \t]+(?:\n|$)/.test(text) ? Scalar.QUOTE_DOUBLE : Scalar.BLOCK_LITERAL
  return node
}

/**
 * Sets a key, and keeps what a person wrote around it; undefined removes the key. A value that is the same already is left as it is
 * written.
 */
export function setKey(map: YAMLMap<unknown, unknown>, key: string, value: unknown, same: boolean): void {
  if (same) return
  if (value === undefined) {
    map.delete(key)
    return
  }
  const node = isNode(value) ? value : typeof value === 'string' ? textNode(value) : new Scalar(value)
  const pair = map.items.find(({ key: each }) => isScalar(each) && each.value === key)
  if (!pair) {
    map.set(key, node)
    return
  }
  const { value: old } = pair
  // Other values may refer to it.
  if (isNode(old) && 'anchor' in old && old.anchor) Object.assign(node, { anchor: old.anchor })
  // A comment at the end of the line belongs to the line, not to the value.
  if (isScalar(old) && isScalar(node)) {
    node.comment = old.comment ?? null
    node.commentBefore = old.commentBefore ?? null
  }
  pair.value = node
}

function offsetOf(node: unknown): number | null {
  const range = (node as { range?: [number, number, number] | null } | null)?.range
  return range?.[0] ?? null
}

/** What the reader says. */
function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message.split('\n')[0]!.slice(0, 200)
}
