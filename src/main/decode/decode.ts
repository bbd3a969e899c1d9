import type {
  DecodedPayload,
  Decoder,
  PayloadBody,
  TextEncoding,
  Wrapping
} from '../../shared/contract/decode'
import { fromBase64, looksBase64 } from './base64'
import { DecodeError } from './fault'
import { guess } from './guess'
import { imageKind, imageSize } from './image'
import { compressionOf, inflate, type Compression } from './inflate'
import { formatJson } from './json'
import { MAX_WRAPPINGS, MAX_XML } from './limits'
import { WHOLE } from './printer'
import type { SchemaFiles } from './schema-files'
import type { BirthNames } from './sparkplug-value'
import { readStructured, type StructuredFormat } from './structured'
import { decodeText, hasOddControls, markedUtf16, textOf } from './text'
import { formatXml, looksXml } from './xml'

type Readable = Pick<DecodedPayload, 'body' | 'unwrapped'>
/** Context that some decoders need besides the payload. */
interface Known {
  schemas: SchemaFiles
  /** Birth names for the metrics of a Sparkplug payload. */
  names: BirthNames | null
}
type Fault = Extract<PayloadBody, { format: 'fault' }>

/**
 * Decodes a payload for display. Removes gzip and zlib first, unless the raw bytes are requested. Never throws: if the decoder cannot read
 * the payload, the result says why and where, and holds the payload as text or bytes. `auto` is treated as `detect`.
 */
export function decode(
  payload: Uint8Array,
  decoder: Decoder,
  schemas: SchemaFiles,
  names: BirthNames | null = null
): Readable {
  const { format } = decoder
  if (format === 'raw' || format === 'hex') return { body: { format, bytes: owned(payload) }, unwrapped: [] }
  const unwrapped: Wrapping[] = []
  const body = decodeWithin(payload, decoder, { schemas, names }, unwrapped)
  return { body, unwrapped }
}

function decodeWithin(
  payload: Uint8Array,
  decoder: Decoder,
  known: Known,
  unwrapped: Wrapping[]
): PayloadBody {
  const { format } = decoder
  let bytes = payload
  for (let compression; unwrapped.length < MAX_WRAPPINGS && (compression = compressionOf(bytes));) {
    const inner = taken(bytes, compression)
    if (inner instanceof DecodeError) {
      if (isDetected(format)) return faultOf(compression, inner, bytes)
      break
    }
    if (!inner) break
    unwrapped.push(compression)
    bytes = inner
  }
  try {
    if (format !== 'base64') return bodyOf(bytes, decoder, known, unwrapped)
    const inner = fromBase64(bytes)
    unwrapped.push('base64')
    return decodeWithin(inner, { format: 'detect' }, known, unwrapped)
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    return faultOf(format, error, bytes)
  }
}

/** Inflated bytes; null if the first bytes only happened to look compressed; the fault if they certainly are compressed. */
function taken(bytes: Uint8Array, compression: Compression): Uint8Array | DecodeError | null {
  try {
    return inflate(bytes, compression)
  } catch (error) {
    const certain =
      error instanceof DecodeError && (compression === 'gzip' || error.fault.code === 'TOO_LARGE')
    return certain ? error : null
  }
}

function isDetected(format: Decoder['format']): boolean {
  return format === 'detect' || format === 'auto'
}

/** Throws DecodeError. */
function bodyOf(bytes: Uint8Array, decoder: Decoder, known: Known, unwrapped: Wrapping[]): PayloadBody {
  const { format, encoding = 'utf-8' } = decoder
  switch (format) {
    case 'auto':
    case 'detect':
      return detected(bytes, known, unwrapped)
    case 'text':
      return textBody(bytes, encoding)
    case 'json':
      return jsonBody(bytes, decoder, known.schemas)
    case 'xml':
      return xmlBody(decodeText(bytes, encoding).text)
    case 'image':
      return imageBody(bytes)
    case 'cbor':
    case 'msgpack':
    case 'protobuf':
    case 'avro':
    case 'sparkplug':
      return structuredBody(format, bytes, decoder, known)
    case 'base64':
    case 'hex':
    case 'raw':
      return { format: 'hex', bytes: owned(bytes) }
  }
}

function detected(bytes: Uint8Array, known: Known, unwrapped: Wrapping[]): PayloadBody {
  const utf16 = markedUtf16(bytes)
  if (utf16) return textBody(bytes, utf16)
  const { text, invalidUtf8 } = textOf(bytes)
  if (invalidUtf8 || hasOddControls(text)) {
    const found = guess(bytes, known.schemas)
    if (!found) return { format: 'hex', bytes: owned(bytes) }
    try {
      return bodyOf(bytes, { format: found }, known, unwrapped)
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      return faultOf(found, error, bytes)
    }
  }
  if (/^[ \t\n\r]*[[{]/.test(text)) {
    const json = formatJson(bytes)
    if (json.kind === 'json') return { format: 'json', text: json.pretty }
  }
  if (text.length <= MAX_XML && looksXml(text)) {
    const xml = formatXml(text)
    if (xml.kind === 'xml') return { format: 'xml', text: xml.pretty }
  }
  const inner = unwrapped.length < MAX_WRAPPINGS && looksBase64(text) ? base64Worth(bytes) : null
  if (inner) {
    unwrapped.push('base64')
    return decodeWithin(inner, { format: 'detect' }, known, unwrapped)
  }
  return { format: 'text', text, encoding: 'utf-8', invalid: false }
}

/** Decoded Base64 if it holds an image, gzip or JSON; otherwise null, and the text is left as it is. */
function base64Worth(text: Uint8Array): Uint8Array | null {
  try {
    const inner = fromBase64(text)
    if (imageKind(inner) || compressionOf(inner) === 'gzip') return inner
    return /^\s*[[{]/.test(Buffer.from(inner.subarray(0, 64)).toString('latin1')) &&
      formatJson(inner).kind === 'json'
      ? inner
      : null
  } catch {
    return null
  }
}

function textBody(bytes: Uint8Array, encoding: TextEncoding): PayloadBody {
  return { format: 'text', ...decodeText(bytes, encoding), encoding }
}

/** JSON is UTF-8 (RFC 8259, 8.1) unless another encoding is requested. Text with replaced bytes is not reported as valid JSON. */
function jsonBody(
  bytes: Uint8Array,
  { encoding = 'utf-8', schema }: Decoder,
  schemas: SchemaFiles
): PayloadBody {
  const { text, invalid } = decodeText(bytes, encoding)
  const fault = (place: Fault['fault']['place'], code: Fault['fault']['code']): Fault => ({
    format: 'fault',
    of: 'json',
    fault: { code, place, detail: null },
    text,
    bytes: null
  })
  if (invalid) return fault(null, encoding === 'utf-8' ? 'NOT_UTF8' : 'MALFORMED')
  const json = formatJson(encoding === 'utf-8' ? bytes : Buffer.from(text))
  switch (json.kind) {
    case 'json':
      return {
        format: 'json',
        text: json.pretty,
        ...(schema !== undefined && { check: schemas.checkJson(schema, text) })
      }
    case 'fault':
      return fault(placeIn(text, json.offset), json.offset === text.length ? 'ENDS_EARLY' : 'MALFORMED')
    case 'tooDeep':
      return { format: 'text', text, encoding, invalid }
  }
}

function xmlBody(text: string): PayloadBody {
  const fault = (fault: Fault['fault']): Fault => ({ format: 'fault', of: 'xml', fault, text, bytes: null })
  if (text.length > MAX_XML) return fault({ code: 'TOO_LARGE', place: null, detail: String(MAX_XML) })
  const xml = formatXml(text)
  if (xml.kind === 'xml') return { format: 'xml', text: xml.pretty }
  const { line, column, detail } = xml
  return fault({ code: 'MALFORMED', place: { line, column }, detail })
}

/** Throws NOT_AN_IMAGE, and whatever imageSize throws. */
function imageBody(bytes: Uint8Array): PayloadBody {
  const kind = imageKind(bytes)
  if (!kind) throw new DecodeError({ code: 'NOT_AN_IMAGE', place: null, detail: null })
  return { format: 'image', kind, ...imageSize(bytes, kind), bytes: owned(bytes) }
}

function structuredBody(
  format: StructuredFormat,
  bytes: Uint8Array,
  decoder: Decoder,
  known: Known
): PayloadBody {
  const { text, cut } = readStructured(format, { bytes, decoder, ...known, partial: false }, WHOLE)
  return { format, text: cut === null ? text : `${text}…`, cut }
}

function faultOf(of: Fault['of'], { fault }: DecodeError, bytes: Uint8Array): Fault {
  return { format: 'fault', of, fault, text: null, bytes: owned(bytes) }
}

/** Line and column of a UTF-16 offset, both from 1. */
function placeIn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset)
  const lineStart = before.lastIndexOf('\n') + 1
  return { line: before.split('\n').length, column: offset - lineStart + 1 }
}

/** Copies the bytes into their own buffer: posting a slice to another thread would send the whole buffer. */
function owned(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes)
}
