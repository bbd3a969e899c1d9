import { gzipSync } from 'node:zlib'
import { encode as encodeCbor } from 'cbor2'
import { encode as encodeMsgpack } from '@msgpack/msgpack'
import { describe, expect, it } from 'vitest'
import type { DecoderBinding } from '../../shared/contract/decode'
import { PREVIEW_BYTES } from '../../shared/message'
import { Decoders } from './decoders'
import { SchemaFiles } from './schema-files'

const bindings: DecoderBinding[] = [
  { filter: 'plant/special/raw', decoder: { format: 'detect' } },
  { filter: 'plant/+/raw', decoder: { format: 'msgpack' } },
  { filter: 'hex/#', decoder: { format: 'hex' } },
  { filter: 'gb', decoder: { format: 'text', encoding: 'gb18030' } },
  { filter: 'b64', decoder: { format: 'base64' } },
  { filter: 'proto', decoder: { format: 'protobuf', schema: 'gone.proto', type: 'A' } }
]
const decoders = new Decoders(new SchemaFiles([]), bindings)

/** The line of a row, from the first bytes only, as a row has it. */
const line = (topic: string, payload: Uint8Array): string => {
  const { preview, cut } = decoders.preview(topic, payload.subarray(0, PREVIEW_BYTES), payload.length)
  return cut ? `${preview} (cut)` : preview
}

describe('bindings', () => {
  it('apply in order: the first match wins', () => {
    expect(decoders.bound('plant/a/raw')?.decoder.format).toBe('msgpack')
    expect(decoders.bound('plant/special/raw')?.decoder.format).toBe('detect')
    expect(decoders.bound('constructor')).toBeNull()
  })

  it('decode payloads requested as auto, and are reported in any case', () => {
    const payload = encodeMsgpack([1, 'x'])
    expect(decoders.decode('plant/a/raw', payload, { format: 'auto' })).toMatchObject({
      body: { format: 'msgpack', text: '[\n  1,\n  "x"\n]' },
      bound: bindings[1]
    })
    expect(decoders.decode('plant/a/raw', payload, { format: 'hex' })).toMatchObject({
      body: { format: 'hex' },
      bound: bindings[1]
    })
    expect(decoders.decode('plant/a/raw', payload, { format: 'detect' }).body.format).toBe('hex')
  })
})

describe('the line of a row', () => {
  it('shows the result of the bound decoder', () => {
    expect(line('plant/a/raw', encodeMsgpack({ a: [1, 2n ** 63n] }, { useBigInt64: true }))).toBe(
      '{"a": [1, 9223372036854775808]}'
    )
    expect(line('hex/a', Buffer.from('AB'))).toBe('41 42')
    expect(line('gb', Buffer.from([0xce, 0xc2, 0xb6, 0xc8]))).toBe('温度')
    expect(line('b64', Buffer.from('eyJhIjoxfQ=='))).toBe('{"a":1}')
  })

  it('shows the detected format without a binding', () => {
    expect(line('x', gzipSync('{"a": 1}'))).toBe('{"a": 1}')
    expect(line('x', encodeCbor({ a: 1 }))).toBe('{"a": 1}')
    expect(line('x', Buffer.from('89504e470d0a1a0a0000000d494844520000028000000168', 'hex'))).toBe(
      'PNG 640 × 360'
    )
    expect(line('x', Buffer.from('plain'))).toBe('plain')
  })

  it('shows the start of a longer payload', () => {
    expect(line('plant/a/raw', encodeMsgpack({ text: 'y'.repeat(5_000) }))).toBe(
      `{"text": "${'y'.repeat(109)} (cut)`
    )
    expect(line('x', gzipSync('words '.repeat(10_000)))).toMatch(/^words words .* \(cut\)$/)
    const lines = Array.from({ length: 2_000 }, (_, index) => `温${index}`).join()
    const utf16 = Buffer.from(lines, 'utf16le')
    const bound = new Decoders(new SchemaFiles([]), [
      { filter: '#', decoder: { format: 'text', encoding: 'utf-16le' } }
    ])
    expect(bound.preview('a', utf16.subarray(0, PREVIEW_BYTES), utf16.length)).toEqual({
      preview: lines.slice(0, PREVIEW_BYTES / 2),
      binary: false,
      cut: true
    })
  })

  it('shows the bytes if the decoder cannot read them', () => {
    expect(line('plant/a/raw', Buffer.of(0xc1))).toBe('c1')
    expect(line('proto', Buffer.of(0xff))).toBe('ff')
    expect(line('b64', Buffer.from('not base64!'))).toBe('not base64!')
  })
})

it.each([
  ['text', () => Buffer.alloc(50_000_000, 'words '), 50_000_000],
  ['json', () => Buffer.from(`[${'1,'.repeat(25_000_000)}1]`), 125_000_007],
  ['base64', () => Buffer.alloc(50_000_000, 'QUJD'), 37_500_000],
  // Formats that are printed value by value are cut after a million characters.
  ['cbor', () => Buffer.concat([Buffer.from('9a02faf080', 'hex'), Buffer.alloc(50_000_000)]), 1_000_001],
  ['msgpack', () => Buffer.concat([Buffer.from('dd02faf080', 'hex'), Buffer.alloc(50_000_000)]), 1_000_001],
  ['protobuf', () => Buffer.alloc(50_000_000, 8), 1_000_001],
  ['image', () => Buffer.alloc(50_000_000), null],
  ['detect', () => Buffer.alloc(50_000_000, 0x81), null]
] as const)(
  'a payload of 50 MB as %s is decoded, and what is printed of it has its limit',
  (format, payload, characters) => {
    const { body } = decoders.decode('x', payload(), { format })
    expect('text' in body && body.text !== null ? body.text.length : null).toBe(characters)
  },
  60_000
)
