import { isUtf8 } from 'node:buffer'

/**
 * A search term and how to find it. The index holds every three consecutive bytes of a payload (a "gram"). Each payload that
 * has all grams of a needle is then checked with `matches`, so the index changes only the speed, never the result.
 */
export interface Needle {
  /** Whether a payload contains it. */
  matches(payload: Buffer): boolean
  /** Whether a topic name contains it. */
  inName(name: string): boolean
  /** Grams that every matching payload has; empty when the term is too short. */
  grams: string[]
  /** All its case variants as bytes, if there are few; otherwise null. */
  spellings: Buffer[] | null
}

/** Payloads longer than this are not indexed; a search always checks them. */
export const LARGEST_INDEXED = 262_144
/** Above this number, case variants are not tried one by one. */
const MAX_SPELLINGS = 12
/** Non-ASCII letters whose lower case is or begins with an ASCII letter: Kelvin sign, dotted I. UTF-8 bytes as latin1. */
const FOREIGN_FORMS = new Map([
  ['k', '\xe2\x84\xaa'],
  ['i', '\xc4\xb0']
])

/** Case-insensitive text, in payloads (UTF-8; otherwise by bytes) and in topic names. */
export function textNeedle(text: string): Needle {
  const sought = text.toLowerCase()
  const bytes = asciiLower(Buffer.from(sought).toString('latin1'))
  return {
    matches(payload) {
      const raw = payload.toString('latin1')
      if (asciiLower(raw).includes(bytes)) return true
      return hasUpperBytes(raw) && isUtf8(payload) && payload.toString().toLowerCase().includes(sought)
    },
    inName: (name) => name.toLowerCase().includes(sought),
    grams: gramsOf(bytes),
    spellings: spellingsOf(bytes)
  }
}

/** Parses hex digits into bytes, ignoring whitespace. */
export function bytesOfHex(digits: string): Buffer {
  return Buffer.from(digits.replace(/\s+/g, ''), 'hex')
}

/** Exact bytes, in payloads only. */
export function bytesNeedle(bytes: Buffer): Needle {
  return {
    matches: (payload) => payload.includes(bytes),
    inName: () => false,
    grams: gramsOf(asciiLower(bytes.toString('latin1'))),
    spellings: [bytes]
  }
}

/** A payload as indexed: one character per byte, ASCII in lower case. If other letters have a case, all of it in lower case follows. */
export function indexedText(payload: Buffer): string {
  const raw = payload.toString('latin1')
  const text = asciiLower(raw)
  if (!hasUpperBytes(raw) || !isUtf8(payload)) return withoutNull(text)
  const lower = Buffer.from(payload.toString().toLowerCase()).toString('latin1')
  return withoutNull(lower === text ? text : `${text}\u0200${lower}`)
}

function gramsOf(bytes: string): string[] {
  const grams = new Set<string>()
  for (let i = 0; i + 3 <= bytes.length; i++) grams.add(withoutNull(bytes.slice(i, i + 3)))
  return [...grams]
}

function spellingsOf(bytes: string): Buffer[] | null {
  // The case of non-ASCII letters spans several bytes.
  if (hasUpperBytes(bytes)) return null
  let spellings = ['']
  for (const character of bytes) {
    const foreign = FOREIGN_FORMS.get(character)
    const forms = new Set([character, character.toUpperCase(), ...(foreign ? [foreign] : [])])
    spellings = spellings.flatMap((start) => [...forms].map((form) => start + form))
    if (spellings.length > MAX_SPELLINGS) return null
  }
  return spellings.map((spelling) => Buffer.from(spelling, 'latin1'))
}

function asciiLower(latin1: string): string {
  return latin1.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

function hasUpperBytes(latin1: string): boolean {
  return /[\x80-\xff]/.test(latin1)
}

/** SQLite's text ends at a null character. */
function withoutNull(text: string): string {
  return text.replaceAll('\0', '\u0100')
}
