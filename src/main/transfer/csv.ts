import { isUtf8 } from 'node:buffer'
import { csvQuoted } from '../../shared/csv'
import { eachFlags, FIELDS, flagsIndex, timestamp, type Format } from './format'

/**
 * CSV according to RFC 4180: a header row, lines end with CRLF, quotes within quotes are doubled. Topics, payloads and
 * properties are always quoted, so line ends and spaces in them are kept; no prefix is put before `=` and similar, as it would
 * change the bytes. Text with a NUL goes as Base64: many readers end a field there.
 */
export const csv: Format = {
  header: `${FIELDS.join(',')}\r\n`,
  quoteTopic: (topic) => Buffer.from(csvQuoted(topic)),
  line([id, , receivedAt, direction, qos, retain, dup, payload, properties], topic, to) {
    to.ascii(`${id},`)
    to.copy(topic)
    const flags = FLAGS[flagsIndex(direction, qos, retain, dup)]
    to.ascii(`,${timestamp(receivedAt)},${flags}${payload.length},`)
    if (isUtf8(payload) && !payload.includes(0)) {
      to.ascii('utf8,')
      to.csv(payload)
    } else to.ascii(`base64,${payload.toString('base64')}`)
    if (properties === null) to.ascii(',\r\n')
    else to.text(`,${csvQuoted(properties)}\r\n`)
  }
}

const FLAGS = eachFlags(
  (direction, qos, retain, dup) => `${direction},${qos},${String(retain)},${String(dup)},`
)
