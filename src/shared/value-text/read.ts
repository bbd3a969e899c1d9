import type { NodeOf, ValueEntry, ValueNode } from './node'

/** A text that is no value, with the offset (UTF-16) of the fault. */
export class ValueTextError extends Error {
  constructor(
    readonly code: 'ENCODE_SYNTAX' | 'ENCODE_TOO_DEEP' | 'ENCODE_DUPLICATE_KEY' | 'ENCODE_BYTES_CUT',
    readonly offset: number,
    readonly detail: string
  ) {
    super(`${code} at ${offset}: ${detail}`)
    this.name = 'ValueTextError'
  }
}

/** Lists and maps within each other: as many as decoders show. */
const MAX_DEPTH = 200

/**
 * Reads JSON (RFC 8259) and what decoders print beyond it: bytes as `h'01ff'`, `NaN`, `Infinity`, `undefined`, CBOR tags as `1(…)`, keys of
 * any type, and values that only one format has. Integers keep all their digits. Throws ValueTextError.
 *
 * @param templates expressions in double braces may stand for values, and within strings
 */
export function readValueText(text: string, { templates = false } = {}): ValueNode {
  return new Reader(text, templates).whole()
}

const SPACE = /[ \t\n\r]*/y
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|-?Infinity\b|NaN\b/y
const WORD = /(?:true|false|null|undefined)\b/y
const QUOTE = 0x22
const BACKSLASH = 0x5c
const BYTES = /h'([^']*)'(?:[ \t]*\/[^/\n]*\/)?/y
const TAG = /(\d{1,20})\(/y
const SPECIAL = /(simple|ext|timestamp)\(([^()]*)\)/y

class Reader {
  private at = 0
  private depth = 0

  constructor(
    private readonly text: string,
    private readonly templates: boolean
  ) {}

  whole(): ValueNode {
    const value = this.value()
    this.space()
    if (this.at < this.text.length) throw this.unexpected()
    return value
  }

  private value(): ValueNode {
    this.space()
    const from = this.at
    const node = this.inner(from)
    // What a template writes behind a value, or two templates in a row, is one value.
    while (this.expression()) Object.assign(node, { kind: 'template', to: this.at })
    return node
  }

  private inner(from: number): ValueNode {
    if (this.expression()) {
      // A number may go on outside of the braces.
      this.match(/[\w.+-]+/y)
      return { kind: 'template', from, to: this.at }
    }
    const string = this.string()
    if (string) return string
    const tag = this.match(TAG)
    if (tag) return this.tagged(tag[1]!, from)
    const number = this.match(NUMBER)
    if (number) return { kind: 'number', text: number[0], from, to: this.at }
    const word = this.match(WORD)
    if (word)
      return word[0] === 'null' || word[0] === 'undefined'
        ? { kind: word[0], from, to: this.at }
        : { kind: 'boolean', value: word[0] === 'true', from, to: this.at }
    const bytes = this.match(BYTES)
    if (bytes) return { kind: 'bytes', value: bytesOf(bytes[1]!, from), from, to: this.at }
    const special = this.match(SPECIAL)
    if (special)
      return {
        kind: 'special',
        name: special[1] as NodeOf<'special'>['name'],
        argument: special[2]!,
        from,
        to: this.at
      }
    const open = this.text[from]
    if (open !== '[' && open !== '{') throw this.unexpected()
    if (++this.depth > MAX_DEPTH) throw new ValueTextError('ENCODE_TOO_DEEP', from, String(MAX_DEPTH))
    this.at++
    const node = open === '[' ? this.list(from) : this.map(from)
    this.depth--
    return node
  }

  private tagged(number: string, from: number): ValueNode {
    if (++this.depth > MAX_DEPTH) throw new ValueTextError('ENCODE_TOO_DEEP', from, String(MAX_DEPTH))
    const value = this.value()
    this.expect(')')
    this.depth--
    return { kind: 'tag', number, value, from, to: this.at }
  }

  private list(from: number): ValueNode {
    const items: ValueNode[] = []
    if (!this.take(']'))
      do items.push(this.value())
      while (!this.closes(']'))
    return { kind: 'list', items, from, to: this.at }
  }

  private map(from: number): ValueNode {
    const entries: ValueEntry[] = []
    const known = new Set<string>()
    if (!this.take('}'))
      do {
        const key = this.value()
        const written = this.text.slice(key.from, key.to)
        const name = key.kind === 'string' ? `"${key.value}` : written
        if (known.has(name) && !written.includes('{{'))
          throw new ValueTextError('ENCODE_DUPLICATE_KEY', key.from, written.slice(0, 60))
        known.add(name)
        this.expect(':')
        entries.push({ key, value: this.value() })
      } while (!this.closes('}'))
    return { kind: 'map', entries, from, to: this.at }
  }

  private string(): ValueNode | null {
    const from = this.at
    if (this.text[from] !== '"') return null
    let at = from + 1
    for (let code; (code = this.text.charCodeAt(at)) !== QUOTE;) {
      // The text ends (NaN), or has a control character, which JSON wants escaped.
      if (!(code >= 0x20)) throw new ValueTextError('ENCODE_SYNTAX', at, this.text[at] ?? '')
      const end = this.templates ? expressionEnd(this.text, at) : null
      at = end ?? at + (code === BACKSLASH ? 2 : 1)
    }
    this.at = at + 1
    const written = this.text.slice(from, this.at)
    return { kind: 'string', value: this.unescaped(written, from), from, to: this.at }
  }

  private unescaped(written: string, from: number): string {
    let value: string
    try {
      value = JSON.parse(written) as string
    } catch {
      if (!this.templates) throw new ValueTextError('ENCODE_SYNTAX', from, written.slice(0, 20))
      // An expression has quotes, or its braces are escaped.
      value = written.slice(1, -1)
    }
    // Half of a surrogate pair has no UTF-8.
    if (/[\ud800-\udfff]/u.test(value)) throw new ValueTextError('ENCODE_SYNTAX', from, written.slice(0, 20))
    return value
  }

  /** Takes an expression in double braces, where these are allowed. */
  private expression(): boolean {
    const end = this.templates ? expressionEnd(this.text, this.at) : null
    if (end !== null) this.at = end
    return end !== null
  }

  /** True at the end of a list or map, false at a comma. */
  private closes(end: string): boolean {
    if (this.take(end)) return true
    this.expect(',')
    return false
  }

  private take(sign: string): boolean {
    this.space()
    if (this.text[this.at] !== sign) return false
    this.at++
    return true
  }

  private expect(sign: string): void {
    if (!this.take(sign)) throw this.unexpected()
  }

  private space(): void {
    this.match(SPACE)
  }

  private match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at
    const match = pattern.exec(this.text)
    if (match) this.at = pattern.lastIndex
    return match
  }

  private unexpected(): ValueTextError {
    const [sign = ''] = /^(?:[\w.+-]{1,20}|.)/su.exec(this.text.slice(this.at, this.at + 20)) ?? []
    return new ValueTextError('ENCODE_SYNTAX', this.at, sign)
  }
}

/** Where an expression in double braces ends that begins at an offset; null: none does. */
function expressionEnd(text: string, at: number): number | null {
  if (!text.startsWith('{{', at)) return null
  const close = text.indexOf('}}', at + 2)
  // What is being typed is not closed by the end of another.
  return close === -1 || /\{\{|\n/.test(text.slice(at + 2, close)) ? null : close + 2
}

function bytesOf(digits: string, offset: number): Uint8Array {
  if (digits.endsWith('…')) throw new ValueTextError('ENCODE_BYTES_CUT', offset, '')
  const plain = digits.replace(/\s/g, '')
  if (!/^(?:[0-9a-fA-F]{2})*$/.test(plain))
    throw new ValueTextError('ENCODE_SYNTAX', offset, `h'${digits.slice(0, 20)}`)
  return Uint8Array.from({ length: plain.length / 2 }, (_, index) =>
    Number.parseInt(plain.slice(index * 2, index * 2 + 2), 16)
  )
}
