import { inflateRawSync } from 'node:zlib'
import { blocks, readDatum, readLength, readLong, readText } from './avro'
import { avroType } from './avro-schema'
import { ByteReader } from './byte-reader'
import { faultAt } from './fault'
import { MAX_INFLATED } from './limits'
import type { Printer } from './printer'

const MAGIC = Buffer.from('Obj\u0001')
const SYNC_BYTES = 16
/** Schemas longer than this, in characters, are refused: parsing them takes too long. */
const MAX_SCHEMA = 1_000_000

export function isAvroFile(bytes: Uint8Array): boolean {
  return MAGIC.equals(bytes.subarray(0, MAGIC.length))
}

/** Writes the data of an object container file (Avro 1.12, "Object Container Files") as a list, using the schema in the file. */
export function readAvroFile(bytes: Uint8Array, printer: Printer, partial = false): void {
  const reader = new ByteReader(bytes, partial)
  reader.at = MAGIC.length
  const meta = new Map<string, Uint8Array>()
  for (const count of blocks(reader))
    for (let entry = 0; entry < count; entry++) meta.set(readText(reader), reader.take(readLength(reader)))
  const sync = reader.take(SYNC_BYTES)
  const codec = textOf(meta.get('avro.codec')) || 'null'
  if (codec !== 'null' && codec !== 'deflate') throw faultAt('UNSUPPORTED', null, codec)
  const schema = textOf(meta.get('avro.schema'))
  if (schema.length > MAX_SCHEMA) throw faultAt('TOO_LARGE', null, String(MAX_SCHEMA))
  const type = typeOf(schema)
  printer.begin('list')
  while (reader.left > 0) {
    const count = readLong(reader)
    const length = readLength(reader)
    const base = reader.position
    const block = reader.take(length)
    const data =
      codec === 'deflate'
        ? new ByteReader(inflate(block, base), partial)
        : new ByteReader(block, partial, base)
    for (let datum = 0n; datum < count; datum++) readDatum(data, type, printer)
    const from = reader.position
    if (!Buffer.from(sync).equals(reader.take(SYNC_BYTES))) throw faultAt('MALFORMED', from, 'sync')
  }
  printer.end()
}

function typeOf(schema: string): ReturnType<typeof avroType> {
  try {
    return avroType(schema)
  } catch (error) {
    throw faultAt('MALFORMED', null, (error as Error).message)
  }
}

function inflate(block: Uint8Array, base: number): Uint8Array {
  try {
    return inflateRawSync(block, { maxOutputLength: MAX_INFLATED })
  } catch (error) {
    throw faultAt('MALFORMED', base, (error as Error).message)
  }
}

function textOf(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString()
}
