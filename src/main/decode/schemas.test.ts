import avro from 'avsc'
import protobuf from 'protobufjs'
import descriptor from 'protobufjs/ext/descriptor.js'
import { describe, expect, it } from 'vitest'
import { isAvroFile } from './avro-file'
import { fingerprintOf } from './avro-schema'
import { DecodeError } from './fault'
import { PrintCut, Printer, WHOLE } from './printer'
import { readProtobuf } from './protobuf'
import { SchemaFiles } from './schema-files'
import type { SchemaFile } from './schema-file'
import { readStructured } from './structured'

const file = (name: string, text: string | Uint8Array): SchemaFile => ({
  name,
  bytes: Buffer.from(text as string)
})

const TELEMETRY = `syntax = "proto3";
package plant;
import "common/unit.proto";
import "google/protobuf/timestamp.proto";
message Telemetry {
  string device_id = 1;
  double value = 2;
  common.Unit unit = 3;
  int64 counter = 4;
  repeated sint32 samples = 5;
  map<string, Range> limits = 6;
  oneof extra { bytes blob = 7; Telemetry parent = 8; }
  google.protobuf.Timestamp at = 9;
  uint64 big = 10;
  message Range { float low = 1; float high = 2; }
}
`
const UNIT = 'syntax = "proto3"; package common; enum Unit { NONE = 0; CELSIUS = 1; }'
const library = [file('telemetry.proto', TELEMETRY), file('unit.proto', UNIT)]

/** Encodes with protobufjs. */
function encoded(value: object): Uint8Array {
  const root = new protobuf.Root()
  root.addJSON(protobuf.common.get('google/protobuf/timestamp.proto')!.nested!)
  protobuf.parse(UNIT, root, { keepCase: true })
  protobuf.parse(TELEMETRY, root, { keepCase: true })
  const type = root.resolveAll().lookupType('plant.Telemetry')
  return type.encode(type.fromObject(value)).finish()
}

const shown = (
  bytes: Uint8Array,
  files: SchemaFile[],
  decoder: { format: 'protobuf' | 'avro'; schema?: string; type?: string },
  partial = false
): string =>
  readStructured(
    decoder.format,
    { bytes, decoder, schemas: new SchemaFiles(files), partial },
    { ...WHOLE, oneLine: true }
  ).text
const telemetry = (bytes: Uint8Array, partial = false): string =>
  shown(bytes, library, { format: 'protobuf', schema: 'telemetry.proto', type: 'plant.Telemetry' }, partial)
const raw = (hex: string): string => shown(Buffer.from(hex, 'hex'), [], { format: 'protobuf' })
const faultOf = (work: () => unknown): unknown => {
  try {
    return work()
  } catch (error) {
    if (error instanceof DecodeError) return error.fault
    throw error
  }
}

describe('Protobuf', () => {
  it('shows a message by its type: enums by name, 64-bit integers exact, maps, imports', () => {
    const bytes = encoded({
      device_id: 'press-1',
      value: 21.5,
      unit: 'CELSIUS',
      counter: '-9007199254740993',
      samples: [1, -2, 3],
      limits: { ['__proto__']: { low: 1, high: 2 }, b: {} },
      parent: { device_id: 'line' },
      at: { seconds: 1, nanos: 5 },
      big: '18446744073709551615'
    })
    expect(telemetry(bytes)).toBe(
      '{"device_id": "press-1", "value": 21.5, "unit": "CELSIUS", "counter": -9007199254740993, "samples": [1, -2, 3], ' +
        '"limits": {"__proto__": {"low": 1, "high": 2}, "b": {}}, "parent": {"device_id": "line"}, "at": {"seconds": 1, "nanos": 5}, ' +
        '"big": 18446744073709551615}'
    )
  })

  it('lists files with their own messages, and reports the faulty line', () => {
    const infos = new SchemaFiles([
      ...library,
      file('broken.proto', 'syntax = "proto3";\nmessage A {\n  string = 1;\n}'),
      file('lonely.proto', 'syntax = "proto3";\nimport "nowhere.proto";\nmessage A {}'),
      file('untyped.proto', 'syntax = "proto3";\nmessage A {\n  Nothing a = 1;\n}')
    ]).describe()
    expect(
      infos.map(({ name, types, fault }) => [name, types, fault?.line ?? null, fault?.missing ?? null])
    ).toEqual([
      ['broken.proto', [], 3, null],
      ['lonely.proto', [], 2, 'nowhere.proto'],
      ['telemetry.proto', ['plant.Telemetry', 'plant.Telemetry.Range'], null, null],
      ['unit.proto', [], null, null],
      ['untyped.proto', [], 3, null]
    ])
  })

  it('accepts a descriptor set', () => {
    const root = new protobuf.Root()
    protobuf.parse(
      'syntax = "proto3"; package p; enum E { X = 0; Y = 1; } message M { int64 n = 1; E e = 2; }',
      root
    )
    const set = (
      root.resolveAll() as protobuf.Root & { toDescriptor(edition: string): protobuf.Message }
    ).toDescriptor('proto3')
    const bytes = descriptor.FileDescriptorSet.encode(set).finish()
    const files = [file('p.desc', bytes)]
    expect(new SchemaFiles(files).describe()).toMatchObject([
      { kind: 'descriptors', types: ['p.M'], fault: null }
    ])
    expect(
      shown(Buffer.from('08011001', 'hex'), files, { format: 'protobuf', schema: 'p.desc', type: 'p.M' })
    ).toBe('{"n": 1, "e": "Y"}')
  })

  it('reports an unknown type, and a missing or broken file', () => {
    const ask = (schema: string, type: string): unknown =>
      faultOf(() =>
        shown(new Uint8Array(), [...library, file('b.proto', '?')], { format: 'protobuf', schema, type })
      )
    expect(ask('telemetry.proto', 'plant.Nothing')).toMatchObject({
      code: 'TYPE_UNKNOWN',
      detail: 'plant.Nothing'
    })
    expect(ask('telemetry.proto', 'constructor')).toMatchObject({ code: 'TYPE_UNKNOWN' })
    expect(ask('gone.proto', 'A')).toMatchObject({ code: 'SCHEMA_MISSING' })
    expect(ask('b.proto', 'A')).toMatchObject({ code: 'SCHEMA_BROKEN' })
  })

  it('shows fields unknown to the type by number, and all fields without a type', () => {
    expect(telemetry(Buffer.from('0a0161a00601', 'hex'))).toBe('{"device_id": "a", 100: 1}')
    expect(raw('08960112036162631a02080118021802')).toBe('{1: 150, 2: "abc", 3: [{1: 1}, 2, 2]}')
    expect(raw('0d0000803f110000000000000040')).toBe('{1: 0x3f800000, 2: 0x4000000000000000}')
    expect(raw('1b08011c')).toBe('{3: {1: 1}}')
  })

  it.each([
    ['0a05616263', { code: 'ENDS_EARLY', place: { offset: 2 } }],
    ['08', { code: 'ENDS_EARLY', place: { offset: 1 } }],
    ['0001', { code: 'MALFORMED', place: { offset: 0 } }],
    ['0f', { code: 'MALFORMED', place: { offset: 0 } }],
    ['0a02c328', { code: 'NOT_UTF8', place: { offset: 2 } }],
    ['4203080198', { code: 'ENDS_EARLY' }],
    ['42020a05', { code: 'ENDS_EARLY', place: { offset: 4 } }]
  ])('says where %s breaks', (hex, expected) => {
    expect(faultOf(() => telemetry(Buffer.from(hex, 'hex')))).toMatchObject(expected)
  })

  it('shows as much as there is of a partial payload', () => {
    const bytes = encoded({ device_id: 'press-1', value: 21.5, parent: { device_id: 'x'.repeat(100) } })
    expect(telemetry(bytes.subarray(0, 40), true)).toBe(
      `{"device_id": "press-1", "value": 21.5, "parent": {"device_id": "${'x'.repeat(18)}"}}`
    )
    for (let length = 0; length < bytes.length; length++)
      expect(telemetry(bytes.subarray(0, length), true)).toMatch(/^{/)
  })

  it('cuts messages nested 10,000 deep', () => {
    const levels: Uint8Array[] = []
    let size = 0
    for (let level = 0; level < 10_000; level++) {
      const head = Buffer.concat([Buffer.of(0x42), varint(size)])
      levels.unshift(head)
      size += head.length
    }
    const printer = new Printer(WHOLE)
    const type = new SchemaFiles(library).protobuf('telemetry.proto', 'plant.Telemetry')
    expect(() => readProtobuf(Buffer.concat(levels), type, printer)).toThrow(new PrintCut('depth'))
  })
})

function varint(value: number): Buffer {
  const bytes: number[] = []
  for (; value > 127; value >>>= 7) bytes.push((value & 127) | 128)
  return Buffer.from([...bytes, value])
}

const READING = {
  type: 'record',
  name: 'Reading',
  namespace: 'plant',
  fields: [
    { name: 'id', type: 'string' },
    { name: 'count', type: 'long' },
    { name: 'unit', type: { type: 'enum', name: 'Unit', symbols: ['C', 'F'] } },
    { name: 'values', type: { type: 'array', items: 'double' } },
    { name: 'note', type: ['null', 'string'], default: null },
    { name: 'tags', type: { type: 'map', values: 'int' } },
    { name: 'key', type: { type: 'fixed', name: 'Key', size: 2 } },
    { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } }
  ]
}
const long = avro.types.LongType.__with({
  fromBuffer: (buffer: Buffer) => buffer.readBigInt64LE(),
  toBuffer(value: bigint) {
    const buffer = Buffer.alloc(8)
    buffer.writeBigInt64LE(value)
    return buffer
  },
  fromJSON: BigInt,
  toJSON: String,
  isValid: (value: unknown) => typeof value === 'bigint',
  compare: (a: bigint, b: bigint) => (a < b ? -1 : Number(a > b))
})
const type = avro.Type.forSchema(READING as never, { registry: { long }, logicalTypes: {} })
const reading = {
  id: 'press-1',
  count: -9007199254740993n,
  unit: 'F',
  values: [1.5, NaN],
  note: 'warm',
  tags: { constructor: 1 },
  key: Buffer.of(1, 255),
  at: 1_700_000_000_000
}
const READING_TEXT =
  '{"id": "press-1", "count": -9007199254740993, "unit": "F", "values": [1.5, NaN], "note": "warm", "tags": {"constructor": 1}, ' +
  `"key": h'01ff', "at": 1700000000000}`
const schemas = [file('reading.avsc', JSON.stringify(READING))]
const avroText = (bytes: Uint8Array, schema?: string): string =>
  shown(bytes, schemas, { format: 'avro', ...(schema && { schema }) })

async function container(codec: string): Promise<Buffer> {
  const encoder = new avro.streams.BlockEncoder(type, { codec })
  const parts: Buffer[] = []
  encoder.on('data', (part: Buffer) => parts.push(part))
  const ended = new Promise((resolve) => encoder.on('end', resolve))
  encoder.write(reading)
  encoder.end(reading)
  await ended
  return Buffer.concat(parts)
}

describe('Avro', () => {
  it('shows a datum by its schema, longs exact', () => {
    expect(avroText(type.toBuffer(reading), 'reading.avsc')).toBe(READING_TEXT)
    expect(new SchemaFiles(schemas).describe()).toMatchObject([
      { kind: 'avro', types: ['plant.Reading'], fault: null }
    ])
  })

  it('finds the schema of a single object by its fingerprint', () => {
    // The example fingerprint from the specification.
    expect(fingerprintOf(avro.Type.forSchema('int'))).toBe('8f5c393f1ad57572')
    const fingerprint = Buffer.from(fingerprintOf(new SchemaFiles(schemas).avro('reading.avsc')), 'hex')
    expect(avroText(Buffer.concat([Buffer.of(0xc3, 1), fingerprint, type.toBuffer(reading)]))).toBe(
      READING_TEXT
    )
  })

  it.each(['null', 'deflate'])(
    'shows an object container file with codec %s by the schema in it',
    async (codec) => {
      const bytes = await container(codec)
      expect(isAvroFile(bytes)).toBe(true)
      expect(avroText(bytes)).toBe(`[${READING_TEXT}, ${READING_TEXT}]`)
      expect(faultOf(() => avroText(bytes.subarray(0, -1)))).toMatchObject({ code: 'ENDS_EARLY' })
      bytes[bytes.length - 1]! ^= 1
      expect(faultOf(() => avroText(bytes))).toMatchObject({ code: 'MALFORMED', detail: 'sync' })
    }
  )

  it('reports where a datum is broken', () => {
    const bytes = type.toBuffer(reading)
    expect(faultOf(() => avroText(bytes.subarray(0, 5), 'reading.avsc'))).toMatchObject({
      code: 'ENDS_EARLY',
      place: { offset: 1 }
    })
    expect(faultOf(() => avroText(Buffer.concat([bytes, Buffer.of(0)]), 'reading.avsc'))).toMatchObject({
      code: 'TRAILING_BYTES',
      place: { offset: bytes.length }
    })
    expect(faultOf(() => avroText(Buffer.of(1), 'reading.avsc'))).toMatchObject({ code: 'MALFORMED' })
  })

  it('does not hang on a list of a trillion nulls', () => {
    const files = [file('nulls.avsc', '{"type": "array", "items": "null"}')]
    const bytes = Buffer.from('80c0caf384a302' + '00', 'hex')
    expect(shown(bytes, files, { format: 'avro', schema: 'nulls.avsc' })).toMatch(/^\[null, .*null/)
  })

  it('reports the faulty line of a schema', () => {
    expect(new SchemaFiles([file('a.avsc', '{\n "type": x }')]).describe()).toMatchObject([
      { fault: { line: 2 } }
    ])
    expect(new SchemaFiles([file('a.avsc', '"nothing"')]).describe()).toMatchObject([{ types: [] }])
  })
})
