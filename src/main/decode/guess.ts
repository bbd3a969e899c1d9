import { isAvroFile } from './avro-file'
import { singleObject } from './avro-schema'
import { readCbor } from './cbor'
import { imageKind } from './image'
import { readMsgpack } from './msgpack'
import { PrintCut, Printer, WHOLE } from './printer'
import type { SchemaFiles } from './schema-files'

/** What bytes that are not text look like. */
export type Guess = 'image' | 'avro' | 'cbor' | 'msgpack' | null

/**
 * What bytes that are no text are likely to be, by their first ones; CBOR and MessagePack only where they can be read to the end, and have maps
 * with texts for keys: other bytes that happen to be readable are not worth a false claim.
 */
export function guess(bytes: Uint8Array, schemas: SchemaFiles, partial = false): Guess {
  if (imageKind(bytes)) return 'image'
  if (isAvroFile(bytes)) return 'avro'
  const single = singleObject(bytes)
  if (single && schemas.avroBy(single.fingerprint)) return 'avro'
  const [first = 0, second = 0, third = 0] = bytes
  if (first === 0xd9 && second === 0xd9 && third === 0xf7) return 'cbor'
  if (partial) return null
  if (startsMsgpack(first, second) && isReadable(bytes, readMsgpack)) return 'msgpack'
  return startsCbor(first, second) && isReadable(bytes, readCbor) ? 'cbor' : null
}

/** A map that begins with a short text, or a list that begins with a map. */
function startsMsgpack(first: number, second: number): boolean {
  if (first > 0x80 && first < 0x90) return (second > 0xa0 && second < 0xc0) || second === 0xd9
  if (first > 0x90 && first < 0xa0) return second > 0x80 && second < 0x90
  return first === 0xde || first === 0xdf
}

function startsCbor(first: number, second: number): boolean {
  if ((first > 0xa0 && first < 0xb8) || first === 0xbf) return second > 0x60 && second <= 0x78
  if (first === 0xb8 || first === 0xb9) return true
  return ((first > 0x80 && first < 0x98) || first === 0x9f) && second > 0xa0 && second < 0xb8
}

function isReadable(bytes: Uint8Array, read: (bytes: Uint8Array, printer: Printer) => void): boolean {
  try {
    read(bytes, new Printer(WHOLE))
    return true
  } catch (error) {
    // So much of it made sense.
    return error instanceof PrintCut && error.cut === 'length'
  }
}
