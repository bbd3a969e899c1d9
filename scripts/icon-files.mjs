// The two icon container formats. Both hold unmodified PNGs: Windows since Vista, macOS since 10.7.

/** The four-letter macOS type for an image of this many pixels; two types where one size serves as 1x and 2x. */
const ICNS_TYPES = new Map([
  [32, ['ic11']],
  [64, ['ic12']],
  [128, ['ic07']],
  [256, ['ic08', 'ic13']],
  [512, ['ic09', 'ic14']],
  [1024, ['ic10']]
])

/**
 * An .ico file of square PNGs, keyed by their size in pixels (at most 256).
 * @param {Map<number, Buffer>} pngs
 */
export function ico(pngs) {
  const head = Buffer.alloc(6 + 16 * pngs.size)
  head.writeUInt16LE(1, 2)
  head.writeUInt16LE(pngs.size, 4)
  let entry = 6
  let offset = head.length
  for (const [size, png] of pngs) {
    if (size > 256) throw new RangeError(`An .ico holds at most 256 pixels, not ${size}.`)
    // 256 does not fit into a byte, so 0 means 256.
    head.writeUInt8(size % 256, entry)
    head.writeUInt8(size % 256, entry + 1)
    head.writeUInt16LE(1, entry + 4)
    head.writeUInt16LE(32, entry + 6)
    head.writeUInt32LE(png.length, entry + 8)
    head.writeUInt32LE(offset, entry + 12)
    entry += 16
    offset += png.length
  }
  return Buffer.concat([head, ...pngs.values()])
}

/**
 * An .icns file of square PNGs, keyed by their size in pixels (32 to 1024, powers of two).
 * @param {Map<number, Buffer>} pngs
 */
export function icns(pngs) {
  const chunks = [...pngs].flatMap(([size, png]) => {
    const types = ICNS_TYPES.get(size)
    if (!types) throw new RangeError(`An .icns has no picture of ${size} pixels.`)
    return types.map((type) => chunk(type, png))
  })
  return chunk('icns', Buffer.concat(chunks))
}

/** Four letters, the length including this eight-byte header, then the content. */
function chunk(type, content) {
  const head = Buffer.alloc(8)
  head.write(type, 'latin1')
  head.writeUInt32BE(8 + content.length, 4)
  return Buffer.concat([head, content])
}
