/** One line of a hex view: where it starts, its bytes in two groups, and what they are as ASCII. */
export interface HexRow {
  offset: string
  hex: string
  text: string
}

export function hexRow(bytes: Uint8Array, offset: number, perRow: number): HexRow {
  const slice = bytes.subarray(offset, offset + perRow)
  const pairs = Array.from({ length: perRow }, (_, i) => slice[i]?.toString(16).padStart(2, '0') ?? '  ')
  const half = perRow / 2
  return {
    offset: offset.toString(16).padStart(8, '0'),
    hex: `${pairs.slice(0, half).join(' ')}  ${pairs.slice(half).join(' ')}`,
    text: Array.from(slice, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·')).join(
      ''
    )
  }
}
