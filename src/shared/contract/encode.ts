import { z } from 'zod'
import { Bytes } from '../message'
import { call } from './define'

/** Formats that a payload can be encoded in from its text. */
export const EncodingFormat = z.enum(['cbor', 'msgpack', 'protobuf', 'avro', 'sparkplug'])
export type EncodingFormat = z.infer<typeof EncodingFormat>

/** How a payload that is written as JSON is encoded. */
export const Encoding = z.object({
  format: EncodingFormat,
  /** A file of the schema library, for Protobuf and Avro; empty: none is chosen yet. */
  schema: z.string().max(200).optional(),
  /** The Protobuf message, by its full name. */
  type: z.string().max(500).optional()
})
export type Encoding = z.infer<typeof Encoding>

/** Why a text cannot be encoded. */
export const EncodeCode = z.enum([
  /** The text is not JSON at this place. `detail`: what is there; empty: the text ends. */
  'ENCODE_SYNTAX',
  /** `detail`: the most levels. */
  'ENCODE_TOO_DEEP',
  'ENCODE_DUPLICATE_KEY',
  /** Bytes of which the text holds only the first ones, as a decoder shows them. */
  'ENCODE_BYTES_CUT',
  /** `detail`: the type that is wanted. */
  'ENCODE_TYPE',
  /** `detail`: the type and its range. */
  'ENCODE_RANGE',
  /** `detail`: the values that are possible. */
  'ENCODE_CHOICE',
  /** `detail`: the fields that there are. */
  'ENCODE_UNKNOWN_FIELD',
  'ENCODE_MISSING_FIELD',
  /** `detail`: the other member of the oneof that is set. */
  'ENCODE_ONEOF',
  /** `detail`: bytes that are wanted. */
  'ENCODE_LENGTH',
  /** The format has no such value. `detail`: the value. */
  'ENCODE_UNSUPPORTED',
  /** A schema, or a message of it, must be chosen first. */
  'ENCODE_SCHEMA_NEEDED',
  /** `detail`: the name of the file, as for the other two. */
  'ENCODE_SCHEMA_MISSING',
  'ENCODE_SCHEMA_BROKEN',
  /** `detail`: the message's name. */
  'ENCODE_TYPE_UNKNOWN'
])
export type EncodeCode = z.infer<typeof EncodeCode>

/** Why a text cannot be encoded, and where. */
export const EncodeFault = z.object({
  code: EncodeCode,
  /** The value that is meant, such as `metrics[0].value`; empty: the whole. */
  path: z.string(),
  detail: z.string(),
  /** From 1. */
  line: z.int(),
  column: z.int()
})
export type EncodeFault = z.infer<typeof EncodeFault>

/** The bytes of a text, with what the decoder of the encoding shows of them. */
export const EncodedText = z.union([
  z.object({ bytes: Bytes, shown: z.string() }),
  z.object({ fault: EncodeFault })
])
export type EncodedText = z.infer<typeof EncodedText>

export const encodingCalls = {
  /** Encodes a payload that is written as JSON. */
  'encoding.encode': call('main', z.object({ text: z.string(), encoding: Encoding }), EncodedText)
}
