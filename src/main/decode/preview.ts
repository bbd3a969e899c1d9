import { isUtf8 } from 'node:buffer'
import { PREVIEW_BYTES } from '../../shared/message'
import { textOf } from './text'

const MAX_CHARACTERS = 120
const MAX_HEX_BYTES = 32

/* eslint-disable no-control-regex -- control characters are what is sought */
const CONTROLS = /[\0-\x1f\x7f-\x9f]/g
/* eslint-enable no-control-regex */

/** The start of a payload as one line: text, or spaced hex if `binary`. `cut`: the payload continues. */
export interface Preview {
  preview: string
  binary: boolean
  cut: boolean
}

/**
 * Formats the first bytes of a payload of `size` bytes as one line for a row. White space is folded and control characters are
 * shown as symbols. Bytes that are not UTF-8, or are mostly control characters, are shown as binary.
 */
export function previewOf(payload: Uint8Array, size: number): Preview {
  const head = payload.subarray(0, PREVIEW_BYTES)
  const partial = head.length < size
  const whole = partial ? withoutCutCharacter(head) : head
  if (!isUtf8(whole)) return hexOf(head, size)
  const folded = textOf(whole).text.replace(/\s+/g, ' ')
  const controls = folded.match(CONTROLS)?.length ?? 0
  if (controls * 2 > folded.length) return hexOf(head, size)
  const line = controls === 0 ? folded : folded.replace(CONTROLS, symbolOf)
  if (line.length <= MAX_CHARACTERS) return { preview: line, binary: false, cut: partial }
  // Do not cut a surrogate pair in half.
  const end = /[\ud800-\udbff]/.test(line.charAt(MAX_CHARACTERS - 1)) ? MAX_CHARACTERS - 1 : MAX_CHARACTERS
  return { preview: line.slice(0, end), binary: false, cut: true }
}

function hexOf(head: Uint8Array, size: number): Preview {
  const pairs = Array.from(head.subarray(0, MAX_HEX_BYTES), (byte) => byte.toString(16).padStart(2, '0'))
  return { preview: pairs.join(' '), binary: true, cut: size > MAX_HEX_BYTES }
}

/** Drops an incomplete multi-byte character at the end (RFC 3629, section 3). */
function withoutCutCharacter(bytes: Uint8Array): Uint8Array {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!
    if (byte < 0x80) return bytes
    if (byte < 0xc0) continue
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
    return needed > back ? bytes.subarray(0, bytes.length - back) : bytes
  }
  return bytes
}

/** The Unicode control picture of a C0 character or DEL; U+FFFD for C1, which has none. */
function symbolOf(control: string): string {
  const code = control.charCodeAt(0)
  if (code < 0x20) return String.fromCharCode(0x2400 + code)
  return code === 0x7f ? '\u2421' : '\ufffd'
}
