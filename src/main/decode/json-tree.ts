/** A value of a JSON text, with every lexeme as it came, and the line (from 0) that it begins in. */
export type JsonNode =
  | { kind: 'scalar'; text: string; line: number }
  | { kind: 'array'; items: JsonNode[]; line: number }
  /** Of members with the same name the last one counts, as readers of JSON take it. */
  | { kind: 'object'; members: Map<string, JsonNode>; line: number }

const LINE_FEED = 0x0a
const QUOTE = 0x22
const COMMA = 0x2c
const OPEN_ARRAY = 0x5b
const BACKSLASH = 0x5c
const CLOSE_ARRAY = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

/** Reads a text that is known to be JSON, and not nested beyond what `formatJson` shows. */
export function readJson(text: string): JsonNode {
  return new Reader(text).value()
}

/** Pointer of a member or item of the value at a pointer (RFC 6901). */
export function pointerTo(pointer: string, key: string | number): string {
  return `${pointer}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`
}

/** Whether two values are the same: numbers by what they stand for, to the last digit; strings however they are escaped; members in any order. */
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

/** The value as text, its members sorted by name, and indented by two spaces unless in one line. */
export function writeJson(node: JsonNode, indented: boolean, depth = 0): string {
  if (node.kind === 'scalar') return node.text
  const [open, close] = node.kind === 'array' ? '[]' : '{}'
  const parts =
    node.kind === 'array'
      ? node.items.map((item) => writeJson(item, indented, depth + 1))
      : [...node.members.keys()]
          .sort()
          .map(
            (name) => `${JSON.stringify(name)}: ${writeJson(node.members.get(name)!, indented, depth + 1)}`
          )
  if (parts.length === 0) return `${open}${close}`
  if (!indented) return `${open}${parts.join(', ')}${close}`
  const space = '  '.repeat(depth + 1)
  return `${open}\n${space}${parts.join(`,\n${space}`)}\n${'  '.repeat(depth)}${close}`
}

/** A text that is the same for all lexemes of one value. */
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
      // The colon.
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

  /** A number or a literal. */
  private word(): string {
    const from = this.at
    for (;;) {
      const code = this.text.charCodeAt(this.at)
      // Also at the end of the text, where the code is NaN.
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
