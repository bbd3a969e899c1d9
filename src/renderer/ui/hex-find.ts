import { readHex } from './hex-digits'

/** Bytes searched before yielding to the page: takes some ms. */
const SLICE = 4_000_000
/** Matches beyond this number are not counted. */
const MAX_PLACES = 100_000

/** The bytes to search for: the parsed hex digits, or the text as UTF-8. Null while the hex digits are not whole pairs. */
export function bytesSought(text: string, hex: boolean): Uint8Array | null {
  if (!hex) return new TextEncoder().encode(text)
  const read = readHex(text)
  return 'bytes' in read ? read.bytes : null
}

/** Offsets of all matches, ascending, at most MAX_PLACES. Searches in slices; resolves to null if superseded meanwhile. */
export async function placesOf(
  sought: Uint8Array,
  bytes: Uint8Array,
  superseded: () => boolean
): Promise<number[] | null> {
  const places: number[] = []
  const [first] = sought
  if (first === undefined) return places
  let at = bytes.indexOf(first)
  let rest = at + SLICE
  while (at !== -1 && places.length < MAX_PLACES) {
    if (matches(sought, bytes, at)) places.push(at)
    at = bytes.indexOf(first, at + 1)
    if (at < rest) continue
    await new Promise((resolve) => setTimeout(resolve))
    if (superseded()) return null
    rest = at + SLICE
  }
  return places
}

function matches(sought: Uint8Array, bytes: Uint8Array, at: number): boolean {
  if (at + sought.length > bytes.length) return false
  for (let index = 1; index < sought.length; index++) if (bytes[at + index] !== sought[index]) return false
  return true
}
