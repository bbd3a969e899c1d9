import { levelsOf } from '../../shared/json-pointer'
import { pointerTo } from './json-tree'

/** A scalar of a JSON text, unparsed. */
export interface Scalar {
  kind: 'number' | 'string' | 'literal'
  /** Its lexeme; for a string, without the quotes but with its escapes. */
  text: string
}

const QUOTE = 0x22
const COMMA = 0x2c
const OPEN_ARRAY = 0x5b
const BACKSLASH = 0x5c
const CLOSE_ARRAY = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const MINUS = 0x2d

/** One level of a pointer, prepared for searching. */
interface Step {
  name: Buffer
  /** null: not an index. */
  index: number | null
  /** `[name=X]`: the item of an array whose member `name` is X, used for Sparkplug B metrics. */
  named: Buffer | null
}

/** The location of a value in JSON: an RFC 6901 pointer, in which a level may also be `[name=X]`. */
export class Pointer {
  private readonly steps: Step[]

  constructor(pointer: string) {
    this.steps = levelsOf(pointer).map((name) => {
      const named = /^\[name=(.*)\]$/s.exec(name)
      return {
        name: Buffer.from(name),
        index: /^(?:0|[1-9]\d*)$/.test(name) ? Number(name) : null,
        named: named && Buffer.from(named[1]!)
      }
    })
  }

  /** Returns the scalar there, or null. Allocates nothing on the way, and reads no more than needed of text that is not JSON. */
  find(json: Buffer): Scalar | null {
    const scan = new Scan(json)
    let at = scan.space(0)
    for (const step of this.steps) {
      const first = json[at]
      if (first === OPEN_OBJECT) at = scan.member(at, step.name)
      else if (first === OPEN_ARRAY)
        at = step.named ? scan.itemNamed(at, step.named) : scan.item(at, step.index)
      else return null
      if (at === NOWHERE) return null
    }
    return scan.scalar(at)
  }
}

/** The location of a scalar. */
export interface Place {
  /** Identifies items that have a `name` by that name, whatever their index. */
  path: string
  /** An RFC 6901 pointer. */
  place: string
}

interface Located extends Place {
  scalar: Scalar
}

/** The scalars of a document, at most `most`, as a pointer finds them. Leaves out the names that identify items. */
export function scalarsOf(json: Buffer, most: number): Located[] {
  const found: Located[] = []
  const scan = new Scan(json)
  scan.collect(scan.space(0), { path: '', place: '' }, { found, most }, 0)
  return found
}

const NOWHERE = -1
/** Deepest nesting that is searched. */
const DEEPEST = 200
const NAME = Buffer.from('name')

class Scan {
  constructor(private readonly bytes: Buffer) {}

  space(at: number): number {
    const { bytes } = this
    for (;;) {
      const code = bytes[at]
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return at
      at++
    }
  }

  /** Finds a member. If names repeat, the last one wins. */
  member(at: number, name: Buffer): number {
    const { bytes } = this
    let found = NOWHERE
    at = this.space(at + 1)
    while (at !== NOWHERE && bytes[at] === QUOTE) {
      const end = this.string(at)
      if (end === NOWHERE) return found
      const value = this.space(this.space(end) + 1)
      if (this.isString(at, end, name)) found = value
      at = this.next(this.skip(value))
    }
    return found
  }

  item(at: number, index: number | null): number {
    if (index === null) return NOWHERE
    at = this.space(at + 1)
    for (let each = 0; at !== NOWHERE && at < this.bytes.length && this.bytes[at] !== CLOSE_ARRAY; each++) {
      if (each === index) return at
      at = this.next(this.value(at))
    }
    return NOWHERE
  }

  itemNamed(at: number, name: Buffer): number {
    const { bytes } = this
    at = this.space(at + 1)
    while (at !== NOWHERE && at < bytes.length && bytes[at] !== CLOSE_ARRAY) {
      const own = bytes[at] === OPEN_OBJECT ? this.member(at, NAME) : NOWHERE
      if (own !== NOWHERE && bytes[own] === QUOTE && this.isString(own, this.string(own), name)) return at
      at = this.next(this.value(at))
    }
    return NOWHERE
  }

  /** Collects the scalars at a place and below. */
  collect(at: number, { path, place }: Place, into: { found: Located[]; most: number }, depth: number): void {
    const { bytes } = this
    const first = bytes[at]
    if (into.found.length >= into.most || depth > DEEPEST) return
    const below = (value: number, key: string | number, known: string | number): void =>
      this.collect(value, { path: pointerTo(path, known), place: pointerTo(place, key) }, into, depth + 1)
    if (first === OPEN_OBJECT) {
      // If names repeat, the last one wins.
      for (const [name, value] of new Map(this.members(at))) {
        if (name !== 'name' || !path.endsWith(']')) below(value, name, name)
      }
    } else if (first === OPEN_ARRAY) {
      const items = [...this.items(at)]
      const names = items.map((item) => this.nameOf(item))
      const known = new Set(names).size === names.length
      for (const [index, item] of items.entries()) {
        const name = names[index]
        below(item, index, known && name ? `[name=${name}]` : index)
      }
    } else {
      const scalar = this.scalar(at)
      if (scalar) into.found.push({ path, place, scalar })
    }
  }

  private *members(at: number): Generator<[name: string, value: number]> {
    const { bytes } = this
    at = this.space(at + 1)
    while (at !== NOWHERE && bytes[at] === QUOTE) {
      const end = this.string(at)
      if (end === NOWHERE) return
      const name = textOf(bytes.toString('utf8', at, end))
      const value = this.space(this.space(end) + 1)
      if (name !== null) yield [name, value]
      at = this.next(this.skip(value))
    }
  }

  private *items(at: number): Generator<number> {
    const { bytes } = this
    at = this.space(at + 1)
    while (at !== NOWHERE && at < bytes.length && bytes[at] !== CLOSE_ARRAY) {
      yield at
      at = this.next(this.value(at))
    }
  }

  /** The text of an object's member `name`, or null. */
  private nameOf(at: number): string | null {
    const own = this.bytes[at] === OPEN_OBJECT ? this.member(at, NAME) : NOWHERE
    const end = own !== NOWHERE && this.bytes[own] === QUOTE ? this.string(own) : NOWHERE
    return end === NOWHERE ? null : textOf(this.bytes.toString('utf8', own, end))
  }

  scalar(at: number): Scalar | null {
    const { bytes } = this
    const first = bytes[at]
    if (first === undefined || first === OPEN_OBJECT || first === OPEN_ARRAY) return null
    const end = this.skip(at)
    if (end === NOWHERE || end === at) return null
    if (first === QUOTE) return { kind: 'string', text: bytes.toString('utf8', at + 1, end - 1) }
    const text = bytes.toString('latin1', at, end)
    if (first === MINUS || (first >= 0x30 && first <= 0x39)) return { kind: 'number', text }
    return text === 'true' || text === 'false' ? { kind: 'literal', text } : null
  }

  /** The end of the value at a place, or NOWHERE if there is none. */
  private value(at: number): number {
    const end = this.skip(at)
    return end === at ? NOWHERE : end
  }

  /** The end of whatever is at a place. */
  private skip(at: number): number {
    const { bytes } = this
    const first = bytes[at]
    if (first === QUOTE) return this.string(at)
    if (first === OPEN_OBJECT || first === OPEN_ARRAY) {
      for (let depth = 0; at < bytes.length;) {
        const code = bytes[at]
        if (code === QUOTE) {
          at = this.string(at)
          if (at === NOWHERE) return NOWHERE
          continue
        }
        at++
        if (code === OPEN_OBJECT || code === OPEN_ARRAY) depth++
        else if ((code === CLOSE_OBJECT || code === CLOSE_ARRAY) && --depth === 0) return at
      }
      return NOWHERE
    }
    while (at < bytes.length) {
      const code = bytes[at]!
      if (code <= 0x20 || code === COMMA || code === CLOSE_ARRAY || code === CLOSE_OBJECT) break
      at++
    }
    return at
  }

  /** The place after a string. */
  private string(at: number): number {
    const { bytes } = this
    for (at++; at < bytes.length; at++) {
      const code = bytes[at]
      if (code === QUOTE) return at + 1
      if (code === BACKSLASH) at++
    }
    return NOWHERE
  }

  /** Moves from the end of a value to the next one, or to the closing bracket. */
  private next(at: number): number {
    if (at === NOWHERE) return NOWHERE
    at = this.space(at)
    return this.bytes[at] === COMMA ? this.space(at + 1) : at
  }

  /** Whether a string's lexeme encodes a name. An escape takes more bytes than what it stands for. */
  private isString(at: number, end: number, name: Buffer): boolean {
    const { bytes } = this
    const more = end - at - 2 - name.length
    if (more < 0) return false
    if (more === 0)
      return bytes.compare(name, 0, name.length, at + 1, end - 1) === 0 && !name.includes(BACKSLASH)
    return this.isEscaped(at, end) && textOf(bytes.toString('utf8', at, end)) === name.toString()
  }

  private isEscaped(at: number, end: number): boolean {
    for (; at < end; at++) if (this.bytes[at] === BACKSLASH) return true
    return false
  }
}

/** The text that a string's lexeme encodes; null if it is invalid or no UTF-8 can encode it. */
function textOf(lexeme: string): string | null {
  try {
    const text = JSON.parse(lexeme) as string
    return text.isWellFormed() ? text : null
  } catch {
    return null
  }
}
