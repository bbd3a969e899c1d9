import { constants, gunzipSync, inflateSync } from 'node:zlib'
import { faultAt } from './fault'
import { MAX_INFLATED } from './limits'

export type Compression = 'gzip' | 'zlib'

/** Detects compression by the first bytes (RFC 1952, 2.3.1; RFC 1950, 2.2); null if there is none. */
export function compressionOf(bytes: Uint8Array): Compression | null {
  const [first = 0, second = 0] = bytes
  if (first === 0x1f && second === 0x8b && bytes[2] === 8) return 'gzip'
  if ((first & 0x0f) === 8 && first >> 4 <= 7 && (first * 256 + second) % 31 === 0 && !(second & 0x20))
    return 'zlib'
  return null
}

/**
 * Inflates at most MAX_INFLATED bytes. `partial`: the bytes are only the start of a payload, and are inflated as far as they go. Throws
 * ENDS_EARLY, TOO_LARGE, MALFORMED.
 */
export function inflate(bytes: Uint8Array, compression: Compression, partial = false): Buffer {
  const work = compression === 'gzip' ? gunzipSync : inflateSync
  const options = { maxOutputLength: MAX_INFLATED, ...(partial && { finishFlush: constants.Z_SYNC_FLUSH }) }
  try {
    return work(bytes, options)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ERR_BUFFER_TOO_LARGE') throw faultAt('TOO_LARGE', null, String(MAX_INFLATED))
    if (code === 'Z_BUF_ERROR') throw faultAt('ENDS_EARLY', bytes.length)
    throw faultAt('MALFORMED', null, message)
  }
}
