import { faultAt } from './fault'
import { MAX_PIXELS } from './limits'

export type ImageKind = 'png' | 'jpeg' | 'gif' | 'webp' | 'bmp'

export interface ImageSize {
  /** px */
  width: number
  height: number
}

/** The image format, detected by its first bytes; null if unknown. SVG counts as text. */
export function imageKind(bytes: Uint8Array): ImageKind | null {
  const starts = (hex: string, at = 0): boolean => hexAt(bytes, at, hex.length / 2) === hex
  if (starts('89504e470d0a1a0a')) return 'png'
  if (starts('ffd8ff')) return 'jpeg'
  if (starts('474946383761') || starts('474946383961')) return 'gif'
  if (starts('52494646') && starts('57454250', 8)) return 'webp'
  // "BM" alone could be the start of a word: also require zero reserved bytes and a known header length.
  if (starts('424d') && starts('00000000', 6) && [12, 40, 52, 56, 64, 108, 124].includes(bytes[14] ?? 0))
    return 'bmp'
  return null
}

/** Reads an image's size from its header. Throws ENDS_EARLY, MALFORMED, and TOO_LARGE beyond MAX_PIXELS. */
export function imageSize(bytes: Uint8Array, kind: ImageKind): ImageSize {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let size: ImageSize
  try {
    size = readSize[kind](view)
  } catch (error) {
    if (error instanceof RangeError) throw faultAt('ENDS_EARLY', bytes.length)
    throw error
  }
  const { width, height } = size
  if (width === 0 || height === 0) throw faultAt('MALFORMED', null, `${width} × ${height}`)
  if (width * height > MAX_PIXELS) throw faultAt('TOO_LARGE', null, `${width} × ${height}`)
  return size
}

const readSize: Record<ImageKind, (view: DataView) => ImageSize> = {
  /** IHDR comes first (PNG, 5.6). */
  png: (view) => ({ width: view.getUint32(16), height: view.getUint32(20) }),
  gif: (view) => ({ width: view.getUint16(6, true), height: view.getUint16(8, true) }),
  bmp: (view) =>
    view.getUint32(14, true) === 12
      ? { width: view.getUint16(18, true), height: view.getUint16(20, true) }
      : { width: Math.abs(view.getInt32(18, true)), height: Math.abs(view.getInt32(22, true)) },
  webp: webpSize,
  jpeg: jpegSize
}

/** VP8, VP8L and VP8X each store the size in a different place (RFC 9649, sections 2.5 to 2.7). */
function webpSize(view: DataView): ImageSize {
  const chunk = hexAt(view, 12, 4)
  if (chunk === '56503820') {
    return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff }
  }
  if (chunk === '5650384c') {
    const bits = view.getUint32(21, true)
    return { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 }
  }
  if (chunk !== '56503858') throw faultAt('MALFORMED', 12)
  const at = (offset: number): number => view.getUint16(offset, true) + view.getUint8(offset + 2) * 65_536 + 1
  return { width: at(24), height: at(27) }
}

/** The size is in the start-of-frame segment; skip the segments before it (ITU T.81, B.1 and B.2). */
function jpegSize(view: DataView): ImageSize {
  let at = 2
  for (;;) {
    if (view.getUint8(at) !== 0xff) throw faultAt('MALFORMED', at)
    const marker = view.getUint8(at + 1)
    if (marker === 0xff) {
      at++
      continue
    }
    const frame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (frame) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) }
    if (marker === 0xd9 || marker === 0xda) throw faultAt('MALFORMED', at)
    const length = view.getUint16(at + 2)
    if (length < 2) throw faultAt('MALFORMED', at + 2)
    at += 2 + length
  }
}

function hexAt({ buffer, byteOffset, byteLength }: ArrayBufferView, at: number, length: number): string {
  if (at + length > byteLength) return ''
  return Buffer.from(buffer, byteOffset + at, length).toString('hex')
}
