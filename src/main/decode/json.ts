/** The result of reading bytes as JSON (RFC 8259). */
export type JsonResult =
  /** Valid; `pretty` is the indented text with lexemes unchanged. */
  | { kind: 'json'; pretty: string }
  /** Invalid at `offset`, in UTF-16 code units; the text's length if it ends too early. */
  | { kind: 'fault'; offset: number }
  /** Nested deeper than `MAX_DEPTH`. */
  | { kind: 'tooDeep' }

/** Deepest nesting shown as JSON. Deeper nesting comes from tests and attacks, and indentation grows with the depth of each line. */
const MAX_DEPTH = 1_000

const TAB = 0x09
const LINE_FEED = 0x0a
const RETURN = 0x0d
const SPACE = 0x20
const QUOTE = 0x22
const PLUS = 0x2b
const COMMA = 0x2c
const MINUS = 0x2d
const POINT = 0x2e
const ZERO = 0x30
const COLON = 0x3a
const OPEN_ARRAY = 0x5b
const BACKSLASH = 0x5c
const CLOSE_ARRAY = 0x5d
const LETTER_E = 0x65
const LETTER_U = 0x75
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

const LITERALS = ['true', 'false', 'null'].map((literal) => Buffer.from(literal))
const ESCAPABLE = new Set(Buffer.from('"\\/bfnrt'))

/**
 * Validates JSON and indents it by two spaces. The input must be valid UTF-8. Numbers, strings, escapes and repeated keys stay
 * unchanged: nothing is converted to a JavaScript value, and 10 MB take a fraction of a second. If indenting would make the text
 * more than eight times as long, it is returned unchanged.
 */
export function formatJson(bytes: Uint8Array): JsonResult {
  const out = new Output(bytes)
  const closers: number[] = []
  const fault = (at: number): JsonResult => ({
    kind: 'fault',
    offset: Buffer.from(bytes.buffer, bytes.byteOffset, at).toString().length
  })
  let at = skipSpace(bytes, 0)

  for (;;) {
    if (closers[closers.length - 1] === CLOSE_OBJECT) {
      const end = bytes[at] === QUOTE ? endOfString(bytes, at) : ~at
      if (end < 0) return fault(~end)
      out.copy(at, end)
      at = skipSpace(bytes, end)
      if (bytes[at] !== COLON) return fault(at)
      out.put(COLON)
      out.put(SPACE)
      at = skipSpace(bytes, at + 1)
    }

    const first = bytes[at]
    if (first === OPEN_OBJECT || first === OPEN_ARRAY) {
      const closer = first === OPEN_OBJECT ? CLOSE_OBJECT : CLOSE_ARRAY
      out.put(first)
      at = skipSpace(bytes, at + 1)
      if (bytes[at] !== closer) {
        if (closers.length === MAX_DEPTH) return { kind: 'tooDeep' }
        closers.push(closer)
        out.breakLine(closers.length)
        continue
      }
      out.put(closer)
      at++
    } else {
      const end = first === QUOTE ? endOfString(bytes, at) : endOfScalar(bytes, at)
      if (end < 0) return fault(~end)
      out.copy(at, end)
      at = end
    }

    // A value has ended: next come the ends of the containers around it, or a comma.
    at = skipSpace(bytes, at)
    while (closers.length > 0 && bytes[at] === closers[closers.length - 1]) {
      closers.pop()
      out.breakLine(closers.length)
      out.put(bytes[at]!)
      at = skipSpace(bytes, at + 1)
    }
    if (closers.length === 0) return at < bytes.length ? fault(at) : { kind: 'json', pretty: out.text() }
    if (bytes[at] !== COMMA) return fault(at)
    out.put(COMMA)
    out.breakLine(closers.length)
    at = skipSpace(bytes, at + 1)
  }
}

/** Collects the indented text as bytes: concatenating millions of small strings would keep the garbage collector busy. */
class Output {
  private bytes: Buffer
  private length = 0
  private readonly limit: number

  constructor(private readonly input: Uint8Array) {
    this.bytes = Buffer.allocUnsafeSlow(input.length * 2 + 64)
    this.limit = input.length * 8 + 65_536
  }

  put(byte: number): void {
    if (this.hasRoom(1)) this.bytes[this.length++] = byte
  }

  breakLine(depth: number): void {
    if (!this.hasRoom(1 + depth * 2)) return
    this.bytes[this.length++] = LINE_FEED
    for (let i = depth * 2; i > 0; i--) this.bytes[this.length++] = SPACE
  }

  /** Copies a lexeme of the input. */
  copy(from: number, to: number): void {
    if (!this.hasRoom(to - from)) return
    const { bytes, input } = this
    if (to - from > 64) {
      bytes.set(input.subarray(from, to), this.length)
      this.length += to - from
    } else {
      for (let at = from; at < to; at++) bytes[this.length++] = input[at]!
    }
  }

  /** The indented text, or the input if indenting exceeded the limit. */
  text(): string {
    const { input } = this
    if (this.length <= this.limit) return this.bytes.toString('utf8', 0, this.length)
    return Buffer.from(input.buffer, input.byteOffset, input.length).toString()
  }

  private hasRoom(more: number): boolean {
    const needed = this.length + more
    if (needed <= this.bytes.length) return true
    if (needed > this.limit) {
      // Write nothing from here on; the length only records that the limit was exceeded.
      this.length = this.limit + 1
      return false
    }
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, Math.min(this.bytes.length * 2, this.limit)))
    this.bytes.copy(grown, 0, 0, this.length)
    this.bytes = grown
    return true
  }
}

function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from
  for (;;) {
    const byte = bytes[at]
    if (byte !== SPACE && byte !== LINE_FEED && byte !== RETURN && byte !== TAB) return at
    at++
  }
}

/** The end of the string that opens at `from`, or the inverted offset of a fault. */
function endOfString(bytes: Uint8Array, from: number): number {
  let at = from + 1
  for (;;) {
    const byte = bytes[at]
    if (byte === QUOTE) return at + 1
    if (byte === undefined || byte < SPACE) return ~at
    if (byte === BACKSLASH) {
      const escaped = bytes[at + 1] ?? 0
      if (escaped === LETTER_U) {
        for (let i = 2; i < 6; i++) if (!isHex(bytes[at + i])) return ~at
        at += 6
      } else if (ESCAPABLE.has(escaped)) {
        at += 2
      } else {
        return ~at
      }
    } else {
      at++
    }
  }
}

/** The end of the number or literal at `from`, or the inverted offset of a fault. */
function endOfScalar(bytes: Uint8Array, from: number): number {
  const literal = LITERALS.find((candidate) => candidate[0] === bytes[from])
  if (literal) return literal.every((byte, i) => bytes[from + i] === byte) ? from + literal.length : ~from
  let at = bytes[from] === MINUS ? from + 1 : from
  if (bytes[at] === ZERO) at++
  else if ((at = endOfDigits(bytes, at)) < 0) return ~from
  if (bytes[at] === POINT && (at = endOfDigits(bytes, at + 1)) < 0) return at
  if (((bytes[at] ?? 0) | 0x20) === LETTER_E) {
    const sign = bytes[at + 1]
    at = endOfDigits(bytes, sign === PLUS || sign === MINUS ? at + 2 : at + 1)
  }
  return at
}

/** The end of the digits at `from`, or `from` inverted if there are none. */
function endOfDigits(bytes: Uint8Array, from: number): number {
  let at = from
  while (isDigit(bytes[at])) at++
  return at > from ? at : ~from
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= 0x39
}

function isHex(byte: number | undefined): boolean {
  return isDigit(byte) || (byte !== undefined && (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66)
}
