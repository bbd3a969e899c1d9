import type { Decoder } from '../../shared/contract/decode'
import { PREVIEW_BYTES } from '../../shared/message'
import { fromBase64 } from './base64'
import { guess } from './guess'
import { imageKind, imageSize } from './image'
import { compressionOf, inflate } from './inflate'
import { MAX_WRAPPINGS } from './limits'
import { previewOf, type Preview } from './preview'
import type { PrintLimits } from './printer'
import type { SchemaFiles } from './schema-files'
import { sparkplugLine } from './sparkplug'
import type { BirthNames } from './sparkplug-value'
import { isStructured, readStructured } from './structured'
import { decodeText } from './text'

/** One line, no longer than previewOf returns. */
const LINE: PrintLimits = { characters: 119, depth: 32, oneLine: true }

/**
 * Formats a payload of `size` bytes as one line for a row, using its decoder. Only the first PREVIEW_BYTES bytes are read, so that a row
 * costs microseconds. If the decoder cannot read them, the line is the one previewOf returns.
 */
export function previewAs(
  payload: Uint8Array,
  size: number,
  decoder: Decoder,
  schemas: SchemaFiles,
  names: BirthNames | null = null
): Preview {
  const start = payload.subarray(0, PREVIEW_BYTES)
  try {
    if (decoder.format === 'sparkplug') {
      const { text, cut } = sparkplugLine(start, start.length < size, names, LINE.characters)
      if (text !== '' || !cut) return { preview: text, binary: false, cut }
    }
    return lineOf(start, start.length < size, decoder, schemas, 0) ?? previewOf(start, size)
  } catch {
    return previewOf(start, size)
  }
}

/** null: fall back to showing the bytes themselves. */
function lineOf(
  bytes: Uint8Array,
  partial: boolean,
  decoder: Decoder,
  schemas: SchemaFiles,
  depth: number
): Preview | null {
  const { format, encoding = 'utf-8' } = decoder
  if (format === 'hex') return hexLine(bytes, partial)
  const compression = depth < MAX_WRAPPINGS ? compressionOf(bytes) : null
  if (compression) {
    const inner = inflated(bytes, compression, partial)
    if (inner)
      return lineOf(
        inner.subarray(0, PREVIEW_BYTES),
        partial || inner.length > PREVIEW_BYTES,
        decoder,
        schemas,
        depth + 1
      )
  }
  if (format === 'base64') {
    // Decode only whole groups of four: the last one may be cut off.
    const inner = fromBase64(partial ? bytes.subarray(0, bytes.length - (bytes.length % 4)) : bytes)
    return lineOf(inner, partial, { format: 'detect' }, schemas, depth + 1)
  }
  if (isStructured(format)) {
    const { text, cut } = readStructured(format, { bytes, decoder, schemas, partial }, LINE)
    return { preview: text, binary: false, cut: cut !== null }
  }
  if (format === 'image') return imageLine(bytes, partial)
  if (format === 'detect' || format === 'auto') {
    const shown = previewOf(bytes, partial ? bytes.length + 1 : bytes.length)
    const found = shown.binary ? guess(bytes, schemas, partial) : null
    return found ? lineOf(bytes, partial, { format: found }, schemas, depth + 1) : shown
  }
  const text = Buffer.from(decodeText(bytes, encoding).text.replace(/\ufffd$/, ''))
  return previewOf(text, partial || text.length > PREVIEW_BYTES ? text.length + 1 : text.length)
}

function hexLine(bytes: Uint8Array, partial: boolean): Preview {
  const shown = Array.from(bytes.subarray(0, 32), (byte) => byte.toString(16).padStart(2, '0'))
  return { preview: shown.join(' '), binary: true, cut: partial || bytes.length > 32 }
}

/** `PNG 640 × 480`, without the size if the header stores it beyond the bytes at hand. */
function imageLine(bytes: Uint8Array, partial: boolean): Preview | null {
  const kind = imageKind(bytes)
  if (!kind) return null
  const name = kind === 'webp' ? 'WebP' : kind.toUpperCase()
  try {
    const { width, height } = imageSize(bytes, kind)
    return { preview: `${name} ${width} × ${height}`, binary: false, cut: false }
  } catch {
    return { preview: name, binary: false, cut: partial }
  }
}

function inflated(bytes: Uint8Array, compression: 'gzip' | 'zlib', partial: boolean): Uint8Array | null {
  try {
    return inflate(bytes, compression, partial)
  } catch {
    return null
  }
}
