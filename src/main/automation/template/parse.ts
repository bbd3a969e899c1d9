import { TemplateError } from './fault'

/** One expression in double braces. */
export interface Expression {
  /** Offset of its braces in the text (UTF-16). */
  offset: number
  /** What stands between the braces. */
  text: string
}

/** A text cut into what is sent as it stands, and expressions. */
export interface ParsedTemplate {
  parts: (string | Expression)[]
  /** The braces that are not closed. */
  fault: { offset: number; error: TemplateError } | null
}

/** The words of an expression: a variable's name, or a generator (with `$`) and its arguments. */
export interface Words {
  name: string
  positional: readonly string[]
  named: ReadonlyMap<string, string>
}

const OPEN = '{{'
const CLOSE = '}}'

/** Remembers what was read of the last texts: simulators and schedules read the same ones thousands of times a second. */
function remembering<T>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>()
  return (text) => {
    const found = known.get(text)
    if (found !== undefined) return found
    const made = read(text)
    if (text.length > LONGEST_KEPT) return made
    if (known.size >= MOST_KEPT) known.clear()
    known.set(text, made)
    return made
  }
}

const MOST_KEPT = 500
const LONGEST_KEPT = 4_000

/** Cuts a text at its expressions. `\{{` stands for two braces that are sent. Takes time in proportion to the text's length. */
export const parseTemplate: (text: string) => ParsedTemplate = remembering((text) => {
  const parts: (string | Expression)[] = []
  let from = 0
  for (;;) {
    const open = text.indexOf(OPEN, from)
    if (open === -1) {
      if (from < text.length) parts.push(text.slice(from))
      return { parts, fault: null }
    }
    if (text[open - 1] === '\\' && open > from) {
      if (open - 1 > from) parts.push(text.slice(from, open - 1))
      parts.push(OPEN)
      from = open + OPEN.length
      continue
    }
    if (open > from) parts.push(text.slice(from, open))
    const close = text.indexOf(CLOSE, open + OPEN.length)
    if (close === -1) return { parts, fault: { offset: open, error: new TemplateError('NOT_CLOSED') } }
    parts.push({ offset: open, text: text.slice(open + OPEN.length, close) })
    from = close + CLOSE.length
  }
})

/** A word in quotes, an argument with a name, or a word. */
const WORD = /\s*(?:([A-Za-z]+)=)?(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^\s"'][^\s]*))/y

/** Reads the words of an expression. Throws a TemplateError. */
export const wordsOf: (text: string) => Words = remembering((text) => {
  if (text.length > MAX_EXPRESSION) throw new TemplateError('TOO_LONG')
  const trimmed = text.trim()
  if (trimmed === '') throw new TemplateError('EMPTY')
  const [name = ''] = /^\S+/.exec(trimmed) ?? []
  const positional: string[] = []
  const named = new Map<string, string>()
  const words: Words = { name, positional, named }
  // A variable's name may contain blanks; only generators have arguments.
  if (!name.startsWith('$')) return { ...words, name: trimmed }
  const rest = trimmed.slice(name.length).trimEnd()
  WORD.lastIndex = 0
  while (WORD.lastIndex < rest.length) {
    const at = WORD.lastIndex
    const match = WORD.exec(rest)
    if (!match) throw new TemplateError('UNKNOWN_ARGUMENT', rest.slice(at).trim().slice(0, 40))
    const [, key, double, single, bare] = match
    const value = bare ?? (double ?? single ?? '').replace(/\\(.)/g, '$1')
    if (key === undefined) positional.push(value)
    else named.set(key, value)
  }
  return words
})

/** Characters between two pairs of braces. */
const MAX_EXPRESSION = 2_000
