import { expect, it } from 'vitest'
import type { DecodedPayload, SchemaInfo } from '../../shared/contract/decode'
import {
  chosenDecoder,
  decoderToBind,
  decodingNote,
  filtersUsing,
  suggestedFilters,
  toldName
} from './decoding'

const shown = (body: object, more: Partial<DecodedPayload> = {}): DecodedPayload =>
  ({ body, unwrapped: [], bound: null, ...more }) as DecodedPayload

it.each([
  ['plant/press-1/raw', ['plant/+/raw', 'plant/press-1/+', 'plant/press-1/#', 'plant/press-1/raw']],
  ['a/b', ['a/+', 'a/#', 'a/b']],
  ['a', ['a']],
  ['/a', ['/+', '/#', '/a']]
])('suggests filters for %s, the likeliest first', (topic, filters) => {
  expect(suggestedFilters(topic)).toEqual(filters)
})

it('binds the chosen decoder, else the bound one, else the detected one', () => {
  const bound = { filter: '#', decoder: { format: 'cbor' as const } }
  const text = shown({ format: 'text', text: 'x', encoding: 'utf-16le', invalid: false })
  expect(decoderToBind({ format: 'hex' }, { ...text, bound })).toEqual({ format: 'hex' })
  expect(decoderToBind({ format: 'auto' }, { ...text, bound })).toEqual({ format: 'cbor' })
  expect(decoderToBind({ format: 'auto' }, text)).toEqual({ format: 'text', encoding: 'utf-16le' })
  expect(decoderToBind({ format: 'auto' }, shown({ format: 'image' }, { unwrapped: ['base64'] }))).toEqual({
    format: 'base64'
  })
})

it('uses the first schema that the format accepts', () => {
  const file = (name: string, kind: SchemaInfo['kind'], types: string[]): SchemaInfo => ({
    name,
    kind,
    types,
    size: 1,
    fault: null
  })
  const files = [
    file('e.proto', 'proto', []),
    file('a.avsc', 'avro', ['A']),
    file('m.desc', 'descriptors', ['M', 'N'])
  ]
  expect(chosenDecoder('protobuf', files)).toEqual({ format: 'protobuf', schema: 'm.desc', type: 'M' })
  expect(chosenDecoder('avro', files)).toEqual({ format: 'avro', schema: 'a.avsc' })
  expect(chosenDecoder('cbor', files)).toEqual({ format: 'cbor' })
  expect(
    filtersUsing('a.avsc', [
      { name: 'x', decoders: [{ filter: 'a/#', decoder: { format: 'avro', schema: 'a.avsc' } }] }
    ])
  ).toEqual(['a/#'])
})

it('names a payload’s format, and why it differs from the requested one', () => {
  expect(toldName(shown({ format: 'json' }, { unwrapped: ['gzip'] }))).toBe('gzip › JSON')
  const fault = (place: object | null, code = 'ENDS_EARLY', detail: string | null = null) =>
    decodingNote(shown({ format: 'fault', of: 'cbor', fault: { code, place, detail } }).body)
  expect(fault({ offset: 7 })).toBe('Not CBOR: it ends too early, at byte 7')
  expect(fault({ line: 2, column: 3 }, 'MALFORMED', "'x'")).toBe(
    "Not CBOR: it is malformed ('x'), in line 2, column 3"
  )
  expect(fault(null, 'TOO_LARGE', '16777216')).toMatch(
    /^Not CBOR: it is larger than the limit for decoding, 16/
  )
})
