import type { EncodeCode, EncodedText, EncodeFault, Encoding } from '../../shared/contract/encode'
import { pathText, stepsTo, type ValueNode } from '../../shared/value-text/node'
import { readValueText, ValueTextError } from '../../shared/value-text/read'
import { decode } from '../decode/decode'
import { DecodeError } from '../decode/fault'
import type { SchemaFiles } from '../decode/schema-files'
import { writeAvro } from './avro'
import { writeCbor } from './cbor'
import { EncodeError } from './fault'
import { writeMsgpack } from './msgpack'
import { writeProtobuf } from './protobuf'
import { writeSparkplug } from './sparkplug'

export type Encoded = { bytes: Uint8Array } | { fault: EncodeFault }

/** Encodes a payload that is written as JSON, with what decoders print beyond it. Never throws. */
export function encode(text: string, encoding: Encoding, schemas: SchemaFiles): Encoded {
  let root: ValueNode | null = null
  try {
    root = readValueText(text)
    return { bytes: write(root, encoding, schemas) }
  } catch (error) {
    return { fault: faultOf(text, root, error) }
  }
}

/** Encodes a payload, and decodes it again to show what is sent. Never throws. */
export function encodeText(text: string, encoding: Encoding, schemas: SchemaFiles): EncodedText {
  const encoded = encode(text, encoding, schemas)
  if ('fault' in encoded) return encoded
  const { body } = decode(encoded.bytes, encoding, schemas)
  return { ...encoded, shown: 'text' in body ? (body.text ?? '') : '' }
}

function write(root: ValueNode, { format, schema, type }: Encoding, schemas: SchemaFiles): Uint8Array {
  switch (format) {
    case 'cbor':
      return writeCbor(root)
    case 'msgpack':
      return writeMsgpack(root)
    case 'sparkplug':
      return writeSparkplug(root)
    case 'protobuf':
      if (!schema || !type) throw new EncodeError('ENCODE_SCHEMA_NEEDED', 0)
      return writeProtobuf(root, schemas.protobuf(schema, type))
    case 'avro':
      if (!schema) throw new EncodeError('ENCODE_SCHEMA_NEEDED', 0)
      return writeAvro(root, schemas.avro(schema))
  }
}

function faultOf(text: string, root: ValueNode | null, error: unknown): EncodeFault {
  if (error instanceof EncodeError) {
    const steps = root ? stepsTo(root, error.offset) : []
    if (error.field !== null) steps.push(error.field)
    return { code: error.code, path: pathText(steps), detail: error.detail, ...placeOf(text, error.offset) }
  }
  if (error instanceof ValueTextError)
    return { code: error.code, path: '', detail: error.detail, ...placeOf(text, error.offset) }
  if (error instanceof DecodeError) {
    const codes: Partial<Record<typeof error.fault.code, EncodeCode>> = {
      SCHEMA_MISSING: 'ENCODE_SCHEMA_MISSING',
      SCHEMA_BROKEN: 'ENCODE_SCHEMA_BROKEN',
      TYPE_UNKNOWN: 'ENCODE_TYPE_UNKNOWN'
    }
    const code = codes[error.fault.code]
    if (code) return { code, path: '', detail: error.fault.detail ?? '', line: 1, column: 1 }
  }
  throw error
}

function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset)
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') }
}
