import { isUtf8 } from 'node:buffer'
import { malformed } from './refusal'

const FIRST_PRINTABLE = 0x20
const DELETE = 0x7f
const PLUS = 0x2b
const HASH = 0x23

/**
 * Control characters U+0001 to U+001F and U+007F to U+009F, and the code points that Unicode reserves as noncharacters. A server may treat
 * them as malformed [MQTT-1.5.4, non-normative]; this one does, so that a device's garbage shows up where it is sent.
 */
const forbidden = /[\p{Cc}\p{Noncharacter_Code_Point}]/u

/** Throws Refusal unless the bytes from `start` to `end` are a UTF-8 encoded string [MQTT-1.5.4-1] without U+0000 [MQTT-1.5.4-2]. */
export function checkText(bytes: Buffer, start: number, end: number): void {
  let at = start
  // Most text is printable ASCII.
  while (at < end && bytes[at]! >= FIRST_PRINTABLE && bytes[at]! < DELETE) at++
  if (at < end) checkUncommonText(bytes.subarray(at, end))
}

function checkUncommonText(bytes: Buffer): void {
  if (!isUtf8(bytes)) throw malformed('A string is not valid UTF-8 [MQTT-1.5.4-1].')
  if (bytes.includes(0)) throw malformed('A string contains the null character [MQTT-1.5.4-2].')
  const found = forbidden.exec(bytes.toString())
  if (found)
    throw malformed(`A string contains ${codePoint(found[0])}, a control or reserved character (1.5.4).`)
}

/** Reads a topic name, which must not be empty [MQTT-4.7.3-1] nor contain wildcards [MQTT-3.3.2-2]. Throws Refusal. */
export function topicName(bytes: Buffer, start: number, end: number): string {
  let at = start
  for (; at < end; at++) {
    const byte = bytes[at]!
    if (byte < FIRST_PRINTABLE || byte >= DELETE || byte === PLUS || byte === HASH) break
  }
  if (at === end) return bytes.toString('latin1', start, end)
  checkText(bytes, start, end)
  const text = bytes.toString('utf8', start, end)
  if (/[+#]/.test(text)) throw malformed('A topic name contains a wildcard character [MQTT-3.3.2-2].')
  return text
}

function codePoint(character: string): string {
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`
}
