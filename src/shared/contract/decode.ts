import { z } from 'zod'
import { Bytes } from '../message'
import { call } from './define'
import { TopicFilter } from './filter'

/**
 * How to decode a payload. `auto` uses the decoder that is bound to the topic, or else detects the format from the bytes; `detect`
 * always detects it; `raw` returns only the bytes.
 */
export const PayloadFormat = z.enum([
  'auto',
  'detect',
  'text',
  'json',
  'xml',
  'hex',
  'base64',
  'cbor',
  'msgpack',
  'protobuf',
  'avro',
  'sparkplug',
  'image',
  'raw'
])
export type PayloadFormat = z.infer<typeof PayloadFormat>

/** Text encodings by their names in the WHATWG Encoding Standard. */
export const TextEncoding = z.enum([
  'utf-8',
  'utf-16le',
  'utf-16be',
  'windows-1252',
  'iso-8859-2',
  'windows-1251',
  'koi8-r',
  'gb18030',
  'big5',
  'shift_jis',
  'euc-jp',
  'euc-kr'
])
export type TextEncoding = z.infer<typeof TextEncoding>

/** A choice of decoder, with its parameters. */
export const Decoder = z.object({
  format: PayloadFormat,
  /** For text, JSON and XML; UTF-8 if absent. */
  encoding: TextEncoding.optional(),
  /**
   * A file of the schema library, for Protobuf and Avro, and for JSON, which is then checked against it. Protobuf without one shows fields by
   * their numbers.
   */
  schema: z.string().max(200).optional(),
  /** The Protobuf message, by its full name. */
  type: z.string().max(500).optional()
})
export type Decoder = z.infer<typeof Decoder>

/** A decoder bound to a topic filter. If several match a topic, the first applies. */
export const DecoderBinding = z.object({
  filter: z.string(),
  decoder: Decoder.extend({ format: PayloadFormat.exclude(['auto', 'raw']) })
})
export type DecoderBinding = z.infer<typeof DecoderBinding>

/** A layer that was removed from a payload before decoding. */
export const Wrapping = z.enum(['gzip', 'zlib', 'base64'])
export type Wrapping = z.infer<typeof Wrapping>

/** The limit at which a decoded value was cut. */
export const Cut = z.enum(['length', 'depth'])
export type Cut = z.infer<typeof Cut>

/** Why a decoder could not read a payload. */
export const DecodeFault = z.object({
  code: z.enum([
    /** The payload ends within a value. */
    'ENDS_EARLY',
    /** Bytes follow the end of the value. */
    'TRAILING_BYTES',
    'MALFORMED',
    'NOT_UTF8',
    /** There is no such file in the schema library. `detail`: its name. */
    'SCHEMA_MISSING',
    /** The schema file cannot be used. `detail`: its name. */
    'SCHEMA_BROKEN',
    /** The schema has no such message. `detail`: the name. */
    'TYPE_UNKNOWN',
    /** Avro needs a schema. */
    'SCHEMA_NEEDED',
    /** The payload exceeds a limit. `detail`: the limit, in bytes or pixels. */
    'TOO_LARGE',
    /** `detail`: the unsupported feature. */
    'UNSUPPORTED',
    'NOT_AN_IMAGE'
  ]),
  /** Position of the fault: a byte offset after unwrapping, or a line and a column of the text, from 1. */
  place: z
    .union([
      z.object({ offset: z.number().int() }),
      z.object({ line: z.number().int(), column: z.number().int() })
    ])
    .nullable(),
  /** Technical detail from the decoder. */
  detail: z.string().nullable()
})
export type DecodeFault = z.infer<typeof DecodeFault>

/** A rule of a JSON Schema that a value breaks. */
export const SchemaViolation = z.object({
  /** JSON Pointer (RFC 6901) to the value; empty: the whole. */
  path: z.string(),
  /** The rule's keyword, such as `minimum`. */
  keyword: z.string(),
  /** What the rule says, such as the limit, the types or values that are allowed, or the property that is missing. */
  detail: z.string()
})
export type SchemaViolation = z.infer<typeof SchemaViolation>

/** A JSON text against a schema. */
export const JsonCheck = z.object({
  violations: z.array(SchemaViolation),
  /** Why it could not be checked; null: it was. */
  fault: DecodeFault.nullable()
})
export type JsonCheck = z.infer<typeof JsonCheck>

const Structured = { text: z.string(), cut: Cut.nullable() }

/** A decoded payload. */
export const PayloadBody = z.discriminatedUnion('format', [
  z.object({
    format: z.literal('text'),
    text: z.string(),
    encoding: TextEncoding,
    /** Some bytes are not valid in the encoding; they show as U+FFFD. */
    invalid: z.boolean()
  }),
  z.object({
    format: z.literal('json'),
    text: z.string(),
    /** Absent: it is decoded without a schema. */
    check: JsonCheck.optional()
  }),
  z.object({ format: z.literal('xml'), text: z.string() }),
  z.object({ format: z.literal('cbor'), ...Structured }),
  z.object({ format: z.literal('msgpack'), ...Structured }),
  z.object({ format: z.literal('protobuf'), ...Structured }),
  z.object({ format: z.literal('avro'), ...Structured }),
  z.object({ format: z.literal('sparkplug'), ...Structured }),
  z.object({
    format: z.literal('image'),
    kind: z.enum(['png', 'jpeg', 'gif', 'webp', 'bmp']),
    /** px */
    width: z.number().int(),
    height: z.number().int(),
    bytes: Bytes
  }),
  /** The payload could not be decoded as `of`: its text if it is text, or else its bytes. */
  z.object({
    format: z.literal('fault'),
    of: z.enum([...PayloadFormat.options, 'gzip', 'zlib']),
    fault: DecodeFault,
    text: z.string().nullable(),
    bytes: Bytes.nullable()
  }),
  z.object({ format: z.literal('hex'), bytes: Bytes }),
  z.object({ format: z.literal('raw'), bytes: Bytes })
])
export type PayloadBody = z.infer<typeof PayloadBody>

/** A decoded payload, and how it was decoded. */
export const DecodedPayload = z.object({
  body: PayloadBody,
  /** Outermost first. */
  unwrapped: z.array(Wrapping),
  /** The binding that matches the topic, whether or not it was used. */
  bound: DecoderBinding.nullable()
})
export type DecodedPayload = z.infer<typeof DecodedPayload>

/** The largest schema file, in bytes, and the most files added at once. */
export const MAX_SCHEMA_BYTES = 5_000_000
export const MAX_SCHEMA_FILES = 500

/** Extensions of schema files: Protobuf sources, descriptor sets (protoc --descriptor_set_out), Avro schemas, JSON Schemas. */
export const SCHEMA_ENDINGS = [
  '.proto',
  '.desc',
  '.pb',
  '.binpb',
  '.protoset',
  '.fds',
  '.avsc',
  '.json'
] as const

/** A file of the schema library. */
export const SchemaInfo = z.object({
  /** Its file name, by which decoders and imports refer to it. */
  name: z.string(),
  kind: z.enum(['proto', 'descriptors', 'avro', 'json']),
  /** Bytes. */
  size: z.number().int(),
  /** Full names of its messages, of the Avro schema's own type, or the title of a JSON Schema, which may have none. */
  types: z.array(z.string()),
  /** Why it cannot be used, in the parser's words; `line` from 1. `missing` names an import that is not in the library. */
  fault: z
    .object({ line: z.number().int().nullable(), message: z.string(), missing: z.string().nullable() })
    .nullable()
})
export type SchemaInfo = z.infer<typeof SchemaInfo>

/** What a payload that is to be published has against the JSON Schema that is bound to its topic. */
export const SchemaCheck = JsonCheck.extend({
  /** The filter that the schema is bound to, and the schema's file. */
  filter: z.string(),
  schema: z.string()
})
export type SchemaCheck = z.infer<typeof SchemaCheck>

export const decodeCalls = {
  'schemas.list': call('main', z.void(), z.array(SchemaInfo)),
  /** Adds files. Files of the same name are replaced. Throws INVALID_INPUT (SCHEMA_NAME, TOO_LONG), FILE_UNWRITABLE. */
  'schemas.add': call(
    'main',
    z.object({
      files: z
        .array(z.object({ name: z.string(), bytes: Bytes }))
        .min(1)
        .max(MAX_SCHEMA_FILES)
    }),
    z.array(SchemaInfo)
  ),
  /** The text of a file. Throws NOT_FOUND. */
  'schemas.text': call('main', z.object({ name: z.string() }), z.string()),
  /** Checks a payload against the JSON Schema that a connection's profile binds to the topic; null: it binds none. */
  'schemas.check': call(
    'main',
    z.object({ connectionId: z.string(), topic: z.string(), payload: Bytes }),
    SchemaCheck.nullable()
  ),
  /** Throws NOT_FOUND. */
  'schemas.remove': call('main', z.object({ name: z.string() }), z.void()),
  /** Sets the bindings of a profile, in their order; they apply at once. Throws INVALID_INPUT, NOT_FOUND, FILE_UNWRITABLE. */
  'decoders.set': call(
    'main',
    z.object({ profileId: z.string(), decoders: z.array(DecoderBinding.extend({ filter: TopicFilter })) }),
    z.void()
  )
}

export const decodeEvents = {
  'schemas.changed': z.array(SchemaInfo)
}
