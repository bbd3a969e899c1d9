import { eachFlags, FIELDS, flagsIndex, textOrNull, timestamp, type Format } from './format'

/**
 * CSV as RFC 4180 has it: a header row, lines end with CRLF, quotes within quotes are doubled. Topics, payloads and
 * properties are always quoted, so line ends and blanks in them stay; nothing is put before `=` and its like, as that would
 * change the bytes. Text with a NUL goes as Base64: many readers end a field there.
 */
export const csv: Format = {
  header: `${FIELDS.join(',')}\r\n`,
  quoteTopic: quote,
  line([id, , receivedAt, direction, qos, retain, dup, payload, properties], topic) {
    const text = textOrNull(payload)
    const body =
      text === null || text.includes('\0') ? `base64,${payload.toString('base64')}` : `utf8,${quote(text)}`
    const flags = FLAGS[flagsIndex(direction, qos, retain, dup)]
    return `${id},${topic},${timestamp(receivedAt)},${flags}${payload.length},${body},${properties === null ? '' : quote(properties)}\r\n`
  }
}

const FLAGS = eachFlags(
  (direction, qos, retain, dup) => `${direction},${qos},${String(retain)},${String(dup)},`
)

function quote(text: string): string {
  return `"${text.replace(/"/g, '""')}"`
}
