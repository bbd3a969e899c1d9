import type {
  DecodedPayload,
  DecodeFault,
  Decoder,
  DecoderBinding,
  PayloadBody,
  PayloadFormat,
  SchemaInfo,
  TextEncoding,
  Wrapping
} from '../../shared/contract/decode'
import { m } from '../paraglide/messages'
import { bytes } from './format'

type BodyFormat = Extract<PayloadBody, { format: 'fault' }>['of'] | PayloadBody['format']

const properNames = {
  json: 'JSON',
  xml: 'XML',
  cbor: 'CBOR',
  base64: 'Base64',
  msgpack: 'MessagePack',
  protobuf: 'Protobuf',
  avro: 'Avro',
  sparkplug: 'Sparkplug B',
  gzip: 'gzip',
  zlib: 'zlib'
}
const ordinaryWords: Record<Exclude<BodyFormat, keyof typeof properNames>, () => string> = {
  auto: m.message_auto,
  detect: m.decode_detect,
  text: m.message_text,
  hex: m.message_hex,
  raw: m.message_hex,
  fault: m.message_hex,
  image: m.decode_image
}

/** Display names of the formats: their proper names, except for those that are ordinary words. */
export function formatName(format: BodyFormat): string {
  return format in properNames
    ? properNames[format as keyof typeof properNames]
    : ordinaryWords[format as keyof typeof ordinaryWords]()
}

/** Display names of the encodings. */
export const encodingNames: Record<TextEncoding, string> = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16 LE',
  'utf-16be': 'UTF-16 BE',
  'windows-1252': 'Windows-1252 (Latin-1)',
  'iso-8859-2': 'ISO 8859-2 (Latin-2)',
  'windows-1251': 'Windows-1251',
  'koi8-r': 'KOI8-R',
  gb18030: 'GB18030 (GBK)',
  big5: 'Big5',
  shift_jis: 'Shift_JIS',
  'euc-jp': 'EUC-JP',
  'euc-kr': 'EUC-KR'
}

/** The groups of the format picker, with the formats of each. */
export const formatGroups: readonly { group: () => string; formats: readonly PayloadFormat[] }[] = [
  { group: m.decode_group_text, formats: ['text', 'json', 'xml', 'base64'] },
  { group: m.decode_group_binary, formats: ['cbor', 'msgpack', 'protobuf', 'avro', 'sparkplug', 'image'] },
  { group: m.decode_group_bytes, formats: ['hex'] }
]

/** `Protobuf · plant.Telemetry`, `Text · GB18030 (GBK)`. */
export function decoderName({ format, encoding, schema, type }: Decoder): string {
  return [formatName(format), encoding && encodingNames[encoding], type ?? schema].filter(Boolean).join(' · ')
}

/** The name of the format that a payload was decoded as: `gzip › JSON`. */
export function toldName({ body, unwrapped }: DecodedPayload): string {
  const inner = body.format === 'fault' ? formatName(body.of) : formatName(body.format)
  const kind = body.format === 'image' ? (body.kind === 'webp' ? 'WebP' : body.kind.toUpperCase()) : inner
  return [...unwrapped.map((wrapping: Wrapping) => formatName(wrapping)), kind].join(' › ')
}

/** A remark on how a payload is shown: why it differs from the requested format, or is incomplete; null if there is none. */
export function decodingNote(body: PayloadBody): string | null {
  switch (body.format) {
    case 'fault':
      return m.decode_fault({ format: formatName(body.of), reason: faultText(body.fault) })
    case 'text':
      return body.invalid ? m.decode_invalid({ encoding: encodingNames[body.encoding] }) : null
    case 'cbor':
    case 'msgpack':
    case 'protobuf':
    case 'avro':
    case 'sparkplug':
      return body.cut === null ? null : body.cut === 'length' ? m.decode_cut_length() : m.decode_cut_depth()
    case 'json':
    case 'xml':
    case 'image':
    case 'hex':
    case 'raw':
      return null
  }
}

/** Why and where a decoder stopped. Bytes are counted from 0, as in the hex view; lines and columns from 1. */
export function faultText({ code, place, detail }: DecodeFault): string {
  const reason = reasons[code](detail ?? '')
  const said =
    detail !== null && code === 'MALFORMED' ? m.decode_fault_detail({ fault: reason, detail }) : reason
  if (!place) return said
  return 'offset' in place
    ? m.decode_fault_at_byte({ fault: said, offset: place.offset })
    : m.decode_fault_at_line({ fault: said, line: place.line, column: place.column })
}

const reasons: Record<DecodeFault['code'], (detail: string) => string> = {
  ENDS_EARLY: m.decode_ends_early,
  TRAILING_BYTES: m.decode_trailing,
  MALFORMED: m.decode_malformed,
  NOT_UTF8: m.decode_not_utf8,
  SCHEMA_MISSING: (name) => m.decode_schema_missing({ name }),
  SCHEMA_BROKEN: (name) => m.decode_schema_broken({ name }),
  TYPE_UNKNOWN: (name) => m.decode_type_unknown({ name }),
  SCHEMA_NEEDED: m.decode_schema_needed,
  TOO_LARGE: (limit) => m.decode_too_large({ limit: /^\d+$/.test(limit) ? bytes(Number(limit)) : limit }),
  UNSUPPORTED: (what) => m.decode_unsupported({ what }),
  NOT_AN_IMAGE: m.decode_not_an_image
}

/** A decoder for a format chosen by hand, with the first schema that the format accepts. JSON is read without one, too. */
export function chosenDecoder(format: PayloadFormat, schemas: readonly SchemaInfo[]): Decoder {
  const schema = usableSchemas(format, schemas)[0]
  if (!schema || format === 'json') return { format }
  return withSchema(format, schema)
}

/** A decoder that uses a schema and the schema's first message type. */
export function withSchema(format: PayloadFormat, { name, types: [type] }: SchemaInfo): Decoder {
  return { format, schema: name, ...(format === 'protobuf' && type !== undefined && { type }) }
}

const kindsOf: Partial<Record<PayloadFormat, readonly SchemaInfo['kind'][]>> = {
  avro: ['avro'],
  protobuf: ['proto', 'descriptors'],
  json: ['json']
}

/** The schema files that a format can be decoded with. */
export function usableSchemas(format: PayloadFormat, schemas: readonly SchemaInfo[]): SchemaInfo[] {
  const kinds = kindsOf[format] ?? []
  return schemas.filter(
    ({ kind, types, fault }) => kinds.includes(kind) && (kind === 'json' ? !fault : types.length > 0)
  )
}

/** The decoder to bind so that payloads are always decoded as this one is now. */
export function decoderToBind(
  asked: Decoder,
  { body, bound, unwrapped }: DecodedPayload
): DecoderBinding['decoder'] {
  const { format } = asked
  if (format !== 'auto' && format !== 'raw') return { ...asked, format }
  if (bound) return bound.decoder
  if (unwrapped.includes('base64')) return { format: 'base64' }
  if (body.format === 'text')
    return { format: 'text', ...(body.encoding !== 'utf-8' && { encoding: body.encoding }) }
  return { format: body.format === 'fault' || body.format === 'raw' ? 'detect' : body.format }
}

/** Filters to offer for binding a decoder, likeliest first: sibling topics, everything below the parent, the topic itself. */
export function suggestedFilters(topic: string): string[] {
  const levels = topic.split('/')
  const found = levels.length > 2 ? [levels.with(-2, '+').join('/')] : []
  if (levels.length > 1) found.push(levels.with(-1, '+').join('/'), [...levels.slice(0, -1), '#'].join('/'))
  return [...new Set([...found, topic])]
}

/** The topic filters, across all profiles, whose decoders use a schema. */
export function filtersUsing(
  schema: string,
  profiles: readonly { name: string; decoders: readonly DecoderBinding[] }[]
): string[] {
  return profiles.flatMap(({ decoders }) =>
    decoders.flatMap(({ filter, decoder }) => (decoder.schema === schema ? [filter] : []))
  )
}
