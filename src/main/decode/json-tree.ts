/** A value of a JSON text: its lexemes unchanged, and the line (from 0) that it begins in. */
export type JsonNode =
  | { kind: 'scalar'; text: string; line: number }
  | { kind: 'array'; items: JsonNode[]; line: number }
  /** If names repeat, the last member wins, as in JSON parsers. */
  | { kind: 'object'; members: Map<string, JsonNode>; line: number }

const LINE_FEED = 0x0a
const QUOTE = 0x22
const COMMA = 0x2c
const OPEN_ARRAY = 0x5b
const BACKSLASH = 0x5c
const CLOSE_ARRAY = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

/** Parses text that is known to be valid JSON, nested no deeper than `formatJson` allows. */
export function readJson(text: string): JsonNode {
  return new Reader(text).value()
}

/** The pointer of a member or item, given the pointer of its container (RFC 6901). */
export function pointerTo(pointer: string, key: string | number): string {
  return `${pointer}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`
}

/** Whether two values are equal: numbers by exact value, strings regardless of escapes, members in any order. */
export function sameJson(a: JsonNode, b: JsonNode): boolean {
  if (a.kind === 'scalar' && b.kind === 'scalar') return canonical(a.text) === canonical(b.text)
  if (a.kind === 'array' && b.kind === 'array')
    return (
      a.items.length === b.items.length && a.items.every((item, index) => sameJson(item, b.items[index]!))
    )
  if (a.kind !== 'object' || b.kind !== 'object' || a.members.size !== b.members.size) return false
  for (const [name, value] of a.members) {
    const other = b.members.get(name)
    if (!other || !sameJson(value, other)) return false
  }
  return true
}

/** Writes the value as text, with members in their order: indented by two spaces, or on one line. */
export function writeJson(node: JsonNode, indented: boolean, depth = 0): string {
  if (node.kind === 'scalar') return node.text
  const [open, close] = node.kind === 'array' ? '[]' : '{}'
  const parts =
    node.kind === 'array'
      ? node.items.map((item) => writeJson(item, indented, depth + 1))
      : [...node.members].map(
          ([name, value]) => `${JSON.stringify(name)}: ${writeJson(value, indented, depth + 1)}`
        )
  if (parts.length === 0) return `${open}${close}`
  if (!indented) return `${open}${parts.join(', ')}${close}`
  const space = '  '.repeat(depth + 1)
  return `${open}\n${space}${parts.join(`,\n${space}`)}\n${'  '.repeat(depth)}${close}`
}

/**
 * The value with its members in the order of another one, at every level. A member that only this value has stays behind the member that
 * it follows here.
 */
export function inOrderOf(node: JsonNode, other: JsonNode): JsonNode {
  if (node.kind === 'array' && other.kind === 'array')
    return {
      ...node,
      items: node.items.map((item, index) => {
        const counterpart = other.items[index]
        return counterpart ? inOrderOf(item, counterpart) : item
      })
    }
  if (node.kind !== 'object' || other.kind !== 'object') return node
  /** The members that only this value has, by the shared member that they follow; null: they come first. */
  const followers = new Map<string | null, string[]>()
  let shared: string | null = null
  for (const name of node.members.keys()) {
    if (other.members.has(name)) shared = name
    else if (followers.has(shared)) followers.get(shared)!.push(name)
    else followers.set(shared, [name])
  }
  const members = new Map<string, JsonNode>()
  const putFollowers = (name: string | null): void => {
    for (const each of followers.get(name) ?? []) members.set(each, node.members.get(each)!)
  }
  putFollowers(null)
  for (const [name, counterpart] of other.members) {
    const own = node.members.get(name)
    if (!own) continue
    members.set(name, inOrderOf(own, counterpart))
    putFollowers(name)
  }
  return { ...node, members }
}

/** A canonical text: the same for all lexemes of one value. */
function canonical(lexeme: string): string {
  if (lexeme.startsWith('"')) return lexeme.includes('\\') ? JSON.stringify(JSON.parse(lexeme)) : lexeme
  const number = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(lexeme)
  if (!number) return lexeme
  const [, sign, whole, fraction = '', exponent = '0'] = number
  const digits = `${whole}${fraction}`.replace(/^0+/, '')
  const significant = digits.replace(/0+$/, '')
  if (significant === '') return '0'
  const power = BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - significant.length)
  return `${sign}${significant}e${power}`
}

class Reader {
  private at = 0
  private line = 0

  constructor(private readonly text: string) {}

  value(): JsonNode {
    this.skipSpace()
    const { line } = this
    const first = this.text.charCodeAt(this.at)
    if (first === OPEN_OBJECT) return { kind: 'object', members: this.members(), line }
    if (first === OPEN_ARRAY) return { kind: 'array', items: this.items(), line }
    return { kind: 'scalar', text: first === QUOTE ? this.string() : this.word(), line }
  }

  private members(): Map<string, JsonNode> {
    const members = new Map<string, JsonNode>()
    this.at++
    this.skipSpace()
    while (this.text.charCodeAt(this.at) !== CLOSE_OBJECT) {
      const lexeme = this.string()
      const name = lexeme.includes('\\') ? (JSON.parse(lexeme) as string) : lexeme.slice(1, -1)
      this.skipSpace()
      // Skip the colon.
      this.at++
      members.set(name, this.value())
      this.skipComma()
    }
    this.at++
    return members
  }

  private items(): JsonNode[] {
    const items: JsonNode[] = []
    this.at++
    this.skipSpace()
    while (this.text.charCodeAt(this.at) !== CLOSE_ARRAY) {
      items.push(this.value())
      this.skipComma()
    }
    this.at++
    return items
  }

  private string(): string {
    const from = this.at++
    for (;;) {
      const code = this.text.charCodeAt(this.at)
      this.at += code === BACKSLASH ? 2 : 1
      if (code === QUOTE) return this.text.slice(from, this.at)
    }
  }

  /** Reads a number or a literal. */
  private word(): string {
    const from = this.at
    for (;;) {
      const code = this.text.charCodeAt(this.at)
      // Negated so that it also holds at the end of the text, where the code is NaN.
      if (!(code > 0x20) || code === COMMA || code === CLOSE_ARRAY || code === CLOSE_OBJECT)
        return this.text.slice(from, this.at)
      this.at++
    }
  }

  private skipComma(): void {
    this.skipSpace()
    if (this.text.charCodeAt(this.at) !== COMMA) return
    this.at++
    this.skipSpace()
  }

  private skipSpace(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.at)
      if (code === LINE_FEED) this.line++
      else if (code !== 0x20 && code !== 0x09 && code !== 0x0d) return
      this.at++
    }
  }
}
