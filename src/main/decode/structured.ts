import type { Decoder } from '../../shared/contract/decode'
import { readAvro } from './avro'
import { isAvroFile, readAvroFile } from './avro-file'
import { singleObject } from './avro-schema'
import { readCbor } from './cbor'
import { DecodeError } from './fault'
import { readMsgpack } from './msgpack'
import { PrintCut, Printer, type PrintLimits } from './printer'
import { readProtobuf } from './protobuf'
import type { SchemaFiles } from './schema-files'
import { readSparkplug } from './sparkplug'
import type { BirthNames } from './sparkplug-value'

/** Formats whose values are streamed to a printer as they are read. */
export type StructuredFormat = 'cbor' | 'msgpack' | 'protobuf' | 'avro' | 'sparkplug'

/** Bytes, their decoder, and whether they are only the start of a payload. */
export interface StructuredInput {
  bytes: Uint8Array
  decoder: Decoder
  schemas: SchemaFiles
  partial: boolean
  /** Names and types of a Sparkplug payload's metrics, from births. */
  names?: BirthNames | null
}

/** Reads a value and writes it to the printer. Throws DecodeError if it cannot continue, PrintCut at a limit. */
type Read = (input: StructuredInput, printer: Printer) => void

const readers: Record<StructuredFormat, Read> = {
  cbor: ({ bytes, partial }, printer) => readCbor(bytes, printer, partial),
  msgpack: ({ bytes, partial }, printer) => readMsgpack(bytes, printer, partial),
  protobuf({ bytes, decoder, schemas, partial }, printer) {
    const { schema, type } = decoder
    readProtobuf(bytes, schema === undefined ? null : schemas.protobuf(schema, type ?? ''), printer, partial)
  },
  avro({ bytes, decoder, schemas, partial }, printer) {
    if (isAvroFile(bytes)) return readAvroFile(bytes, printer, partial)
    const single = singleObject(bytes)
    const known = single && schemas.avroBy(single.fingerprint)
    if (known) return readAvro(bytes, known, printer, { partial, from: single.from })
    if (decoder.schema === undefined)
      throw new DecodeError({ code: 'SCHEMA_NEEDED', place: null, detail: null })
    readAvro(bytes, schemas.avro(decoder.schema), printer, { partial })
  },
  sparkplug: ({ bytes, names = null, partial }, printer) => readSparkplug(bytes, names, printer, partial)
}

export function isStructured(format: string): format is StructuredFormat {
  return Object.hasOwn(readers, format)
}

/** Returns a value as text, and the limit that cut it. A partial input always counts as cut. Throws DecodeError. */
export function readStructured(
  format: StructuredFormat,
  input: StructuredInput,
  limits: PrintLimits
): { text: string; cut: PrintCut['cut'] | null } {
  const printer = new Printer(limits)
  try {
    readers[format](input, printer)
    return { text: printer.text, cut: input.partial ? 'length' : null }
  } catch (error) {
    if (error instanceof PrintCut) return { text: printer.text, cut: error.cut }
    // A partial input ends early: return what was read.
    if (input.partial && error instanceof DecodeError && error.fault.code === 'ENDS_EARLY')
      return { text: printer.text, cut: 'length' }
    throw error
  }
}
