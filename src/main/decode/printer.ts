import type { Cut } from '../../shared/contract/decode'

/** The most that is written, and whether it goes on one line. */
export interface PrintLimits {
  characters: number
  /** Levels of nesting. */
  depth: number
  oneLine: boolean
}

/** For a whole value: as much as a person can scroll through and the page can colour. */
export const WHOLE: PrintLimits = { characters: 1_000_000, depth: 200, oneLine: false }

/** Bytes of one value written as hex at most. */
const HEX_BYTES = 256
/** Up to this many bytes can be counted at a glance, so no count is shown. */
const UNCOUNTED_BYTES = 8

/** Thrown when a limit is reached: the reader stops there, and the text written so far is kept. */
export class PrintCut extends Error {
  constructor(readonly cut: Cut) {
    super(cut)
  }
}

interface Frame {
  kind: 'list' | 'map' | 'tag'
  /** Keys and values each count as one. */
  items: number
}

/**
 * Writes a value while it is being read, as JSON with extensions: integers of any size, `NaN`, `Infinity`, `undefined`, bytes as `h'01ff'`,
 * tags as `1(…)` and keys of any type (RFC 8949, section 8). It never builds the decoded value, so neither size nor hostile names can do
 * harm. In a map, keys and values alternate.
 */
export class Printer {
  private written = ''
  private readonly frames: Frame[] = []

  constructor(private readonly limits: PrintLimits) {}

  get text(): string {
    return this.written
  }

  /** Writes a number, a literal or anything else verbatim. */
  scalar(text: string): void {
    this.before()
    this.write(text)
    this.after()
  }

  number(value: number): void {
    this.scalar(Object.is(value, -0) ? '-0' : String(value))
  }

  string(value: string): void {
    this.before()
    this.write(JSON.stringify(value.slice(0, this.room + 1)))
    this.after()
  }

  bytes(value: Uint8Array): void {
    this.scalar(hexLiteral(value))
  }

  begin(kind: 'list' | 'map'): void {
    this.before()
    if (this.frames.length === this.limits.depth) throw new PrintCut('depth')
    this.write(kind === 'list' ? '[' : '{')
    this.frames.push({ kind, items: 0 })
  }

  end(): void {
    const frame = this.frames.pop()!
    if (frame.items > 0) this.breakLine()
    this.write(frame.kind === 'list' ? ']' : '}')
    this.after()
  }

  /** Writes a tag's number and puts the next value in parentheses after it. */
  tag(number: string): void {
    this.before()
    if (this.frames.length === this.limits.depth) throw new PrintCut('depth')
    this.write(`${number}(`)
    this.frames.push({ kind: 'tag', items: 0 })
  }

  private before(): void {
    const frame = this.frames.at(-1)
    if (!frame || frame.kind === 'tag' || (frame.kind === 'map' && frame.items % 2 === 1)) return
    if (frame.items > 0) this.write(this.limits.oneLine ? ', ' : ',')
    this.breakLine()
  }

  private after(): void {
    const frame = this.frames.at(-1)
    if (!frame) return
    frame.items++
    if (frame.kind === 'map' && frame.items % 2 === 1) this.write(': ')
    if (frame.kind !== 'tag') return
    this.frames.pop()
    this.write(')')
    this.after()
  }

  private breakLine(): void {
    if (!this.limits.oneLine) this.write(`\n${'  '.repeat(this.frames.filter(isIndented).length)}`)
  }

  private get room(): number {
    return this.limits.characters - this.written.length
  }

  private write(text: string): void {
    const { room } = this
    if (text.length <= room) {
      this.written += text
      return
    }
    // Do not cut a surrogate pair in half.
    this.written += text.slice(0, /[\ud800-\udbff]/.test(text.charAt(room - 1)) ? room - 1 : room)
    throw new PrintCut('length')
  }
}

function isIndented({ kind }: Frame): boolean {
  return kind !== 'tag'
}

/** `h'01ff'`, with the byte count if there are many, and only the first ones if there are very many. */
export function hexLiteral(bytes: Uint8Array): string {
  const shown = bytes.subarray(0, HEX_BYTES)
  const hex = Buffer.from(shown.buffer, shown.byteOffset, shown.length).toString('hex')
  const more = bytes.length > HEX_BYTES ? '…' : ''
  return `h'${hex}${more}'${bytes.length > UNCOUNTED_BYTES ? ` /${bytes.length} bytes/` : ''}`
}
