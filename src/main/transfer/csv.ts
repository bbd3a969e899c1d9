import { isUtf8 } from 'node:buffer'
import { csvQuoted } from '../../shared/csv'
import { eachFlags, FIELDS, flagsIndex, timestamp, type Format } from './format'

/** Makes a spreadsheet take a cell as text. */
const APOSTROPHE = "'"
/** A number is what it is, also with a sign. */
const NUMBER = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/
/** Characters that such a number has at most. */
const NUMBER_LENGTH = 40

/**
 * CSV according to RFC 4180: a header row, lines end with CRLF, quotes within quotes are doubled. Topics, payloads and
 * properties are always quoted, so line ends and spaces in them are kept. Text with a NUL goes as Base64: many readers end a field there.
 */
export const csv: Format = csvWith(() => '')

/** The same, but cells that a spreadsheet would calculate as formulas begin with an apostrophe (OWASP, CSV Injection). */
export const csvSafe: Format = csvWith((cell) => (isFormula(cell) ? APOSTROPHE : ''))

/** `prefixOf` is what a cell begins with. */
function csvWith(prefixOf: (cell: string | Buffer) => string): Format {
  return {
    header: `${FIELDS.join(',')}\r\n`,
    quoteTopic: (topic) => Buffer.from(csvQuoted(prefixOf(topic) + topic)),
    line([id, , receivedAt, direction, qos, retain, dup, payload, properties], topic, to) {
      to.ascii(`${id},`)
      to.copy(topic)
      const flags = FLAGS[flagsIndex(direction, qos, retain, dup)]
      to.ascii(`,${timestamp(receivedAt)},${flags}${payload.length},`)
      if (isUtf8(payload) && !payload.includes(0)) {
        to.ascii('utf8,')
        to.csv(payload, prefixOf(payload))
      } else {
        const base64 = payload.toString('base64')
        to.ascii(`base64,${prefixOf(base64)}${base64}`)
      }
      if (properties === null) to.ascii(',\r\n')
      else to.text(`,${csvQuoted(properties)}\r\n`)
    }
  }
}

/** Whether a spreadsheet takes a cell for a formula: by its first character, unless it is a number. */
function isFormula(cell: string | Buffer): boolean {
  const first = typeof cell === 'string' ? cell.charCodeAt(0) : cell[0]
  if (first === undefined || !FORMULA.has(first)) return false
  return cell.length > NUMBER_LENGTH || !NUMBER.test(cell.toString())
}

const FORMULA = new Set(Array.from('=+-@\t\r', (character) => character.charCodeAt(0)))

const FLAGS = eachFlags(
  (direction, qos, retain, dup) => `${direction},${qos},${String(retain)},${String(dup)},`
)
