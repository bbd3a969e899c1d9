import { isAvroFile } from './avro-file'
import { singleObject } from './avro-schema'
import { readCbor } from './cbor'
import { imageKind } from './image'
import { readMsgpack } from './msgpack'
import { PrintCut, Printer, WHOLE } from './printer'
import type { SchemaFiles } from './schema-files'

/** The likely format of bytes that are not text. */
export type Guess = 'image' | 'avro' | 'cbor' | 'msgpack' | null

/**
 * Guesses the format of bytes that are not text by their first bytes. CBOR and MessagePack are claimed only if they can be read to the end
 * and have maps with text keys: other bytes are often readable by chance.
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

/** Whether the bytes start with a map (if small, with a short text as its first key), or with a list that starts with a map. */
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
    // Cut by the length limit: everything up to there was valid.
    return error instanceof PrintCut && error.cut === 'length'
  }
}
