import { deflateSync, gzipSync } from 'node:zlib'
import { encode as encodeCbor } from 'cbor2'
import { encode as encodeMsgpack } from '@msgpack/msgpack'
import { describe, expect, it } from 'vitest'
import type { Decoder, PayloadBody } from '../../shared/contract/decode'
import { decode as decodeWith } from './decode'
import { MAX_INFLATED } from './limits'
import { SchemaFiles } from './schema-files'

const none = new SchemaFiles([])
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const decode = (payload: Uint8Array, format: Decoder['format'], more: Partial<Decoder> = {}) =>
  decodeWith(payload, { format, ...more }, none)
const body = (payload: Uint8Array, format: Decoder['format'], more: Partial<Decoder> = {}): PayloadBody =>
  decode(payload, format, more).body
const text = (content: string, encoding = 'utf-8') => ({
  format: 'text',
  text: content,
  encoding,
  invalid: false
})

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAIAAAADCAIAAAA2iEnWAAAAEElEQVR4nGNgYGD4DwUQBgAfygL+pAGaWQAAAABJRU5ErkJggg==',
  'base64'
)

describe('detection', () => {
  it('finds JSON for objects and arrays, and text for a bare scalar', () => {
    expect(body(bytes(' {"a":1}'), 'detect')).toEqual({ format: 'json', text: '{\n  "a": 1\n}' })
    expect(body(bytes('[]'), 'detect')).toEqual({ format: 'json', text: '[]' })
    expect(body(bytes('21.4'), 'detect')).toEqual(text('21.4'))
    expect(body(bytes('{"a":'), 'detect')).toEqual(text('{"a":'))
    expect(body(new Uint8Array(), 'detect')).toEqual(text(''))
  })

  it('falls back to hex for unknown bytes', () => {
    const invalid = Uint8Array.of(0x61, 0xff)
    expect(body(invalid, 'detect')).toEqual({ format: 'hex', bytes: invalid })
    expect(body(bytes('a\0b'), 'detect')).toEqual({ format: 'hex', bytes: bytes('a\0b') })
    expect(body(bytes('a\r\n\tb'), 'detect').format).toBe('text')
  })

  it('keeps a byte order mark, and trusts that of UTF-16', () => {
    expect(body(bytes('\ufeffa'), 'detect')).toEqual(text('\ufeffa'))
    expect(body(Buffer.from('\ufeff温', 'utf16le'), 'detect')).toEqual(text('温', 'utf-16le'))
  })

  it('finds XML if it is well-formed', () => {
    expect(body(bytes('<a><b x="1"/></a>'), 'detect')).toEqual({
      format: 'xml',
      text: '<a>\n  <b x="1"/>\n</a>'
    })
    expect(body(bytes('<a><b></a>'), 'detect')).toEqual(text('<a><b></a>'))
    expect(body(bytes('<3 you'), 'detect').format).toBe('text')
  })

  it('finds an image, with its size', () => {
    expect(body(PNG, 'detect')).toMatchObject({ format: 'image', kind: 'png', width: 2, height: 3 })
  })

  it('finds CBOR or MessagePack only if maps with text keys can be read to the end', () => {
    const value = { temperature: 21.5, tags: ['a', 'b'] }
    expect(body(encodeCbor(value), 'detect').format).toBe('cbor')
    expect(body(encodeMsgpack(value), 'detect').format).toBe('msgpack')
    expect(body(encodeMsgpack([value, value]), 'detect').format).toBe('msgpack')
    expect(body(encodeCbor([value]), 'detect').format).toBe('cbor')
    expect(body(encodeMsgpack(value).subarray(0, -1), 'detect').format).toBe('hex')
    expect(body(Buffer.concat([encodeCbor(value), Buffer.of(1)]), 'detect').format).toBe('hex')
  })

  it('reports where the header of an image is broken, and returns its bytes', () => {
    expect(body(PNG.subarray(0, 12), 'detect')).toMatchObject({
      format: 'fault',
      of: 'image',
      fault: { code: 'ENDS_EARLY', place: { offset: 12 } }
    })
  })
})

describe('wrappings', () => {
  it('are removed, even when nested, and reported', () => {
    const json = bytes('{"a":1}')
    expect(decode(gzipSync(json), 'detect')).toEqual({
      unwrapped: ['gzip'],
      body: { format: 'json', text: '{\n  "a": 1\n}' }
    })
    expect(decode(deflateSync(gzipSync(encodeCbor({ a: 1n }))), 'detect')).toMatchObject({
      unwrapped: ['zlib', 'gzip'],
      body: { format: 'cbor' }
    })
    expect(decode(bytes(PNG.toString('base64')), 'detect')).toMatchObject({
      unwrapped: ['base64'],
      body: { format: 'image' }
    })
  })

  it('are removed for a requested format, and kept for bytes', () => {
    expect(decode(gzipSync(bytes('plain')), 'text')).toEqual({ unwrapped: ['gzip'], body: text('plain') })
    const packed = gzipSync(bytes('plain'))
    expect(decode(packed, 'hex')).toEqual({
      unwrapped: [],
      body: { format: 'hex', bytes: new Uint8Array(packed) }
    })
  })

  it('are removed three times at most', () => {
    const four = [1, 2, 3, 4].reduce<Uint8Array>((inner) => gzipSync(inner), bytes('{}'))
    expect(decode(four, 'detect')).toMatchObject({
      unwrapped: ['gzip', 'gzip', 'gzip'],
      body: { format: 'hex' }
    })
  })

  it('do not let a small payload act as a decompression bomb', () => {
    const bomb = gzipSync(Buffer.alloc(MAX_INFLATED + 1))
    expect(bomb.length).toBeLessThan(20_000)
    expect(body(bomb, 'detect')).toMatchObject({ format: 'fault', of: 'gzip', fault: { code: 'TOO_LARGE' } })
  })

  it('that are broken are reported, and text that only looks like one stays text', () => {
    expect(body(gzipSync(bytes('hello')).subarray(0, 20), 'detect')).toMatchObject({
      of: 'gzip',
      fault: { code: 'ENDS_EARLY', place: { offset: 20 } }
    })
    expect(body(bytes('x^2'), 'detect')).toEqual(text('x^2'))
    expect(body(bytes('AAAABBBBCCCCDDDDEEEEFFFF'), 'detect').format).toBe('text')
  })

  it('of Base64 are decoded on request, in either alphabet', () => {
    expect(decode(bytes('eyJhIjoxfQ'), 'base64')).toMatchObject({
      unwrapped: ['base64'],
      body: { format: 'json' }
    })
    expect(body(bytes('_-8='), 'base64')).toEqual({ format: 'hex', bytes: Uint8Array.of(0xff, 0xef) })
    expect(body(bytes('ab!d'), 'base64')).toMatchObject({
      format: 'fault',
      fault: { code: 'MALFORMED', place: { offset: 2 } }
    })
  })
})

describe('a requested format', () => {
  it('reads text in its encoding, and reports invalid bytes', () => {
    expect(body(Uint8Array.of(0x61, 0xff), 'text')).toMatchObject({ text: 'a\ufffd', invalid: true })
    expect(body(Uint8Array.of(0xce, 0xc2), 'text', { encoding: 'gb18030' })).toEqual(text('温', 'gb18030'))
    expect(body(Uint8Array.of(0xe9), 'text', { encoding: 'windows-1252' })).toEqual(text('é', 'windows-1252'))
    expect(body(Uint8Array.of(0xb7, 0xc5), 'text', { encoding: 'big5' })).toEqual(text('溫', 'big5'))
    expect(body(Uint8Array.of(0x81), 'text', { encoding: 'shift_jis' })).toMatchObject({ invalid: true })
    expect(body(Buffer.from('{"温":1}', 'utf16le'), 'json', { encoding: 'utf-16le' })).toMatchObject({
      format: 'json'
    })
  })

  it('reports where JSON is broken, by line and column', () => {
    expect(body(bytes('{"a":\n x}'), 'json')).toEqual({
      format: 'fault',
      of: 'json',
      fault: { code: 'MALFORMED', place: { line: 2, column: 2 }, detail: null },
      text: '{"a":\n x}',
      bytes: null
    })
    expect(body(bytes('{"a":'), 'json')).toMatchObject({ fault: { code: 'ENDS_EARLY' } })
    expect(body(Uint8Array.of(0x22, 0xff, 0x22), 'json')).toMatchObject({
      fault: { code: 'NOT_UTF8', place: null }
    })
    expect(body(bytes('1.0'), 'json')).toEqual({ format: 'json', text: '1.0' })
  })

  it('shows extremely nested JSON as text', () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000)
    expect(body(bytes(deep), 'detect')).toEqual(text(deep))
    expect(body(bytes(deep), 'json')).toEqual(text(deep))
  })

  it('reports where XML is broken', () => {
    expect(body(bytes('<a>\n<b></a>'), 'xml')).toMatchObject({
      of: 'xml',
      fault: { code: 'MALFORMED', place: { line: 2 } },
      text: '<a>\n<b></a>'
    })
  })

  it('reports that bytes are not an image, or that a schema is needed', () => {
    expect(body(bytes('hello'), 'image')).toMatchObject({ of: 'image', fault: { code: 'NOT_AN_IMAGE' } })
    expect(body(bytes('hello'), 'avro')).toMatchObject({ of: 'avro', fault: { code: 'SCHEMA_NEEDED' } })
    expect(body(bytes('hello'), 'avro', { schema: 'gone.avsc' })).toMatchObject({
      fault: { code: 'SCHEMA_MISSING', detail: 'gone.avsc' }
    })
  })

  it.each(['detect', 'hex', 'raw'] as const)('returns %s bytes in their own buffer', (format) => {
    const slice = Uint8Array.of(1, 2, 0xff, 4).subarray(1, 3)
    const found = body(slice, format)
    expect('bytes' in found && found.bytes && [...found.bytes, found.bytes.buffer.byteLength]).toEqual([
      2, 0xff, 2
    ])
  })
})
