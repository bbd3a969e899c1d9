import { isUtf8 } from 'node:buffer'

/**
 * What is sought, and how it is found. An index knows every three bytes that follow each other in a payload (a "gram"); whatever
 * has all grams of a needle is then looked at with `matches`, so that the index changes what is fast, never what is found.
 */
export interface Needle {
  /** Whether a payload has it. */
  matches(payload: Buffer): boolean
  /** Whether a topic's name has it. */
  inName(name: string): boolean
  /** Grams that every payload with it has; empty where it is too short for any. */
  grams: string[]
  /** All ways in which it may be written, as bytes, where those are few; null where they are not. */
  spellings: Buffer[] | null
}

/** Payloads longer than this are not indexed, but always looked at. */
export const LARGEST_INDEXED = 262_144
/** More case variants than this are not tried one by one. */
const MAX_SPELLINGS = 12
/** Letters beyond ASCII whose lower case is, or begins with, one of ASCII: the Kelvin sign, and I with a dot. As UTF-8, in latin1. */
const FOREIGN_FORMS = new Map([
  ['k', '\xe2\x84\xaa'],
  ['i', '\xc4\xb0']
])

/** Text, whatever its case, in payloads (UTF-8; in others its bytes) and in topic names. */
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

/** The bytes that hex digits stand for, whatever blanks are between them. */
export function bytesOfHex(digits: string): Buffer {
  return Buffer.from(digits.replace(/\s+/g, ''), 'hex')
}

/** Bytes as they are, in payloads only. */
export function bytesNeedle(bytes: Buffer): Needle {
  return {
    matches: (payload) => payload.includes(bytes),
    inName: () => false,
    grams: gramsOf(asciiLower(bytes.toString('latin1'))),
    spellings: [bytes]
  }
}

/** A payload as the index reads it: one character a byte, ASCII in lower case; then, where other letters have a case, all of it in lower case. */
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
  // Case of other letters is not a matter of single bytes.
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
