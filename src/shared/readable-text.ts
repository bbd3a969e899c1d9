/** UTF-8 text as it is, anything else as hex digits in pairs; at most so many characters. */
export function readableText(bytes: Uint8Array, most: number): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes).slice(0, most)
  } catch {
    const start = bytes.subarray(0, Math.ceil(most / 3))
    return Array.from(start, (byte) => byte.toString(16).padStart(2, '0')).join(' ')
  }
}
