import { previewOf, type Preview } from './preview'

/** Context shown before the match: characters, or bytes of hex. */
const BEFORE = 32
const BYTES_BEFORE = 8
const SHOWN = 160

/** One line of a payload around a match. `place`: the match's UTF-16 offsets in the line, or null if it is not in the line. */
export interface Snippet extends Preview {
  place: [number, number] | null
}

/**
 * Returns the line around the first match of a text (ignoring case) or of bytes in a payload. For a text, returns the decoded
 * line instead if it shows the match early on, or if the payload's own text does not show it.
 */
export function snippetOf(payload: Buffer, sought: string | Uint8Array, decodedLine: () => Preview): Snippet {
  if (typeof sought !== 'string') return aroundBytes(payload, sought)
  const line = marked(decodedLine(), sought)
  if (line.place && line.place[0] <= 2 * BEFORE) return line
  const around = aroundText(payload, sought)
  return around?.place ? around : line
}

function aroundText(payload: Buffer, sought: string): Snippet | null {
  const text = payload.toString()
  const at = sought === '' ? -1 : text.toLowerCase().indexOf(sought.toLowerCase())
  if (at < 0) return null
  if (at < BEFORE) return marked(previewOf(payload, payload.length), sought)
  // Do not start with half a surrogate pair.
  const start = at - BEFORE + (/[\udc00-\udfff]/.test(text.charAt(at - BEFORE)) ? 1 : 0)
  const part = Buffer.from(text.slice(start, at + SHOWN))
  const { preview, binary, cut } = previewOf(part, part.length)
  if (binary) return null
  return marked({ preview: `…${preview}`, binary, cut: cut || at + SHOWN < text.length }, sought)
}

function aroundBytes(payload: Buffer, sought: Uint8Array): Snippet {
  const at = payload.indexOf(sought)
  const start = Math.max(0, at - BYTES_BEFORE)
  const shown = payload.subarray(start, start + BYTES_BEFORE * 4)
  const hex = Array.from(shown, (byte) => byte.toString(16).padStart(2, '0')).join(' ')
  const lead = start > 0 ? '… ' : ''
  const from = lead.length + (at - start) * 3
  const to = Math.min(from + sought.length * 3 - 1, lead.length + hex.length)
  const cut = start + shown.length < payload.length
  return { preview: lead + hex, binary: true, cut, place: at === -1 ? null : [from, to] }
}

function marked(line: Preview, sought: string): Snippet {
  const at = sought === '' || line.binary ? -1 : line.preview.toLowerCase().indexOf(sought.toLowerCase())
  return { ...line, place: at === -1 ? null : [at, at + sought.length] }
}
