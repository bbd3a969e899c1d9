import avro, { type Type } from 'avsc'

/** Schemas to cache: consecutive payloads usually carry the same schema. */
const KEPT = 16
const kept = new Map<string, Type>()

/** Parses the JSON text of a schema into a type. Throws the parser's own error. */
export function avroType(schema: string): Type {
  const known = kept.get(schema)
  if (known) return known
  // Show logical types as their underlying types, which loses nothing.
  const type = avro.Type.forSchema(JSON.parse(schema) as Parameters<typeof Type.forSchema>[0], {
    logicalTypes: {}
  })
  if (kept.size === KEPT) kept.delete(kept.keys().next().value!)
  kept.set(schema, type)
  return type
}

/** The marker of a single datum preceded by its schema's fingerprint (Avro 1.12, "Single-object encoding"). */
export function singleObject(bytes: Uint8Array): { fingerprint: string; from: number } | null {
  if (bytes[0] !== 0xc3 || bytes[1] !== 0x01 || bytes.length < 10) return null
  return { fingerprint: Buffer.from(bytes.subarray(2, 10)).toString('hex'), from: 10 }
}

/** The CRC-64-AVRO fingerprint of a type's canonical form, as a single object carries it: little-endian, in hex. */
export function fingerprintOf(type: Type): string {
  let crc = EMPTY
  for (const byte of Buffer.from(JSON.stringify(type.schema())))
    crc = (crc >> 8n) ^ TABLE[Number((crc ^ BigInt(byte)) & 0xffn)]!
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(crc)
  return bytes.toString('hex')
}

const EMPTY = 0xc15d213aa4d7a795n
const TABLE = Array.from({ length: 256 }, (_, index) => {
  let crc = BigInt(index)
  for (let bit = 0; bit < 8; bit++) crc = (crc >> 1n) ^ (EMPTY & -(crc & 1n))
  return crc
})
