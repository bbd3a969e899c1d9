import { decode as msgpackDecode } from '@msgpack/msgpack'
import { decode as cborDecode } from 'cbor2'
import { describe, expect, it } from 'vitest'
import type { Encoding } from '../../shared/contract/encode'
import { decode } from '../decode/decode'
import { SchemaFiles } from '../decode/schema-files'
import { readSparkplugPayload } from '../decode/sparkplug.fixture'
import { encode } from './encode'
import { randomText } from './random.fixture'

const PROTO = `syntax = "proto3";
package plant;
message Reading {
  string device_id = 1;
  float temperature = 2;
  int64 count = 3;
  repeated sint32 deltas = 4;
  map<string, double> limits = 5;
  Mode mode = 6;
  bytes raw = 7;
  oneof state { bool on = 8; string off = 9; }
  Reading inner = 10;
  repeated string tags = 11;
  map<int32, Reading> slots = 12;
  fixed64 mark = 13;
  sfixed32 offset = 14;
  uint64 total = 15;
  enum Mode { IDLE = 0; RUN = 1; }
}
message Other { int32 a = 1; }
`
const PROTO2 = 'syntax = "proto2"; message Old { required int32 id = 1; repeated int32 list = 2; }'
const AVRO = {
  type: 'record',
  name: 'Reading',
  fields: [
    { name: 'id', type: 'string' },
    { name: 'count', type: 'long' },
    { name: 'temperature', type: ['null', 'float'], default: null },
    { name: 'mode', type: { type: 'enum', name: 'Mode', symbols: ['IDLE', 'RUN'] }, default: 'IDLE' },
    { name: 'raw', type: ['null', 'bytes', 'string'], default: null },
    { name: 'key', type: { type: 'fixed', name: 'Key', size: 2 }, default: '\u0000\u0001' },
    { name: 'list', type: { type: 'array', items: ['int', 'double', 'string'] }, default: [] },
    { name: 'next', type: ['null', 'Reading'], default: null },
    { name: 'map', type: { type: 'map', values: 'boolean' }, default: {} }
  ]
}
const files = new SchemaFiles([
  { name: 'plant.proto', bytes: Buffer.from(PROTO) },
  { name: 'old.proto', bytes: Buffer.from(PROTO2) },
  { name: 'reading.avsc', bytes: Buffer.from(JSON.stringify(AVRO)) },
  { name: 'broken.avsc', bytes: Buffer.from('{') }
])

const cbor: Encoding = { format: 'cbor' }
const msgpack: Encoding = { format: 'msgpack' }
const protobuf: Encoding = { format: 'protobuf', schema: 'plant.proto', type: 'plant.Reading' }
const avro: Encoding = { format: 'avro', schema: 'reading.avsc' }
const sparkplug: Encoding = { format: 'sparkplug' }

function bytesOf(text: string, encoding: Encoding): Uint8Array {
  const encoded = encode(text, encoding, files)
  if ('fault' in encoded) throw new Error(JSON.stringify(encoded.fault))
  return encoded.bytes
}
const hex = (text: string, encoding: Encoding): string => Buffer.from(bytesOf(text, encoding)).toString('hex')

/** What the decoder prints of what is encoded. */
function seen(text: string, encoding: Encoding): string {
  const { body } = decode(bytesOf(text, encoding), encoding, files)
  return 'text' in body && body.text !== null ? body.text : JSON.stringify(body)
}
const flat = (text: string): string => text.replace(/\s+/g, ' ')

function faultOf(text: string, encoding: Encoding): unknown[] {
  const encoded = encode(text, encoding, files)
  if (!('fault' in encoded)) return []
  const { code, path, detail, line, column } = encoded.fault
  return [code.replace('ENCODE_', ''), path, detail, `${line}:${column}`]
}

describe('CBOR', () => {
  // RFC 8949, appendix A.
  it.each([
    ['0', '00'],
    ['23', '17'],
    ['24', '1818'],
    ['1000000', '1a000f4240'],
    ['18446744073709551615', '1bffffffffffffffff'],
    ['18446744073709551616', 'c249010000000000000000'],
    ['-18446744073709551616', '3bffffffffffffffff'],
    ['-18446744073709551617', 'c349010000000000000000'],
    ['-1', '20'],
    ['1.1', 'fb3ff199999999999a'],
    ['21.0', 'fb4035000000000000'],
    ['1e3', 'fb408f400000000000'],
    ['-0', 'fb8000000000000000'],
    ['NaN', 'fb7ff8000000000000'],
    ['-Infinity', 'fbfff0000000000000'],
    ['null', 'f6'],
    ['undefined', 'f7'],
    ['simple(255)', 'f8ff'],
    ['1(1363896240)', 'c11a514b67b0'],
    ["h'01020304'", '4401020304'],
    ['"ü"', '62c3bc'],
    ['[1, [2, 3], [4, 5]]', '8301820203820405'],
    ['{1: 2, "b": [2, 3]}', 'a20102616282020 3'.replace(' ', '')]
  ])('encodes %s', (text, bytes) => expect(hex(text, cbor)).toBe(bytes))
})

describe('MessagePack', () => {
  it.each([
    ['127', '7f'],
    ['128', 'cc80'],
    ['65536', 'ce00010000'],
    ['4294967296', 'cf0000000100000000'],
    ['-32', 'e0'],
    ['-33', 'd0df'],
    ['-9223372036854775808', 'd38000000000000000'],
    ['21.0', 'cb4035000000000000'],
    ["ext(5, h'0102')", 'd5050102'],
    ['timestamp(1970-01-01T00:00:01Z)', 'd6ff00000001'],
    ['timestamp(1970-01-01T00:00:01.000000002Z)', 'd7ff0000000800000001'],
    ['{"a": h\'00\'}', '81a161c40100']
  ])('encodes %s', (text, bytes) => expect(hex(text, msgpack)).toBe(bytes))
})

describe('what is encoded', () => {
  it('reads back as what was written, whatever it is', () => {
    for (let seed = 0; seed < 300; seed++) {
      const text = randomText(seed)
      for (const encoding of [cbor, msgpack]) {
        const printed = seen(text, encoding)
        // What the decoder prints can be encoded again, to the same bytes.
        expect(hex(printed, encoding), text).toBe(hex(text, encoding))
      }
      const read = [
        cborDecode(bytesOf(text, cbor)),
        msgpackDecode(bytesOf(text, msgpack), { useBigInt64: true })
      ]
      // Which integers are BigInts differs between the libraries.
      const [one, other] = read.map((each) =>
        JSON.stringify(each, (_, value: unknown) =>
          typeof value === 'bigint' || typeof value === 'number' ? String(value) : value
        )
      )
      expect(one, text).toBe(other)
    }
  })

  it('is of the type that a Protobuf schema wants', () => {
    const text = `{
      "deviceId": "press-1", "temperature": 21.4, "count": "9223372036854775807", "deltas": [1, -2],
      "limits": {"high": 90.5, "nan": "NaN"}, "mode": "RUN", "raw": "AP8=", "off": "x",
      "inner": {"device_id": "", "raw": h'01ff', "mode": 7, "on": null},
      "tags": ["a", "b"], "slots": {"-3": {"on": true}}, "mark": 18446744073709551615, "offset": -1, "total": 1e3
    }`
    const printed = seen(text, protobuf)
    expect(flat(printed)).toBe(
      '{ "device_id": "press-1", "temperature": 21.399999618530273, "count": 9223372036854775807, "deltas": [ 1, -2 ], ' +
        '"limits": { "high": 90.5, "nan": NaN }, "mode": "RUN", "raw": h\'00ff\', "off": "x", ' +
        '"inner": { "device_id": "", "mode": 7, "raw": h\'01ff\' }, "tags": [ "a", "b" ], ' +
        '"slots": { -3: { "on": true } }, "mark": 18446744073709551615, "offset": -1, "total": 1000 }'
    )
    expect(seen(printed, protobuf)).toBe(printed)
    expect(hex('{"list": [1, 2], "id": 3}', { format: 'protobuf', schema: 'old.proto', type: 'Old' })).toBe(
      '100110020803'
    )
  })

  it('is of the type that an Avro schema wants, with its defaults', () => {
    const text = `{"count": 9007199254740993, "id": "a", "raw": "text", "list": [1, 1.5, "x", 3000000000],
      "next": {"id": "b", "count": -1, "temperature": {"float": 1.5}, "raw": {"bytes": "AP8="}, "key": "h'0a0b'"}, "map": {"m": true}}`
    const printed = seen(text, avro)
    expect(flat(printed)).toBe(
      '{ "id": "a", "count": 9007199254740993, "temperature": null, "mode": "IDLE", "raw": "text", "key": h\'0001\', ' +
        '"list": [ 1, 1.5, "x", 3000000000 ], "next": { "id": "b", "count": -1, "temperature": 1.5, "mode": "IDLE", ' +
        '"raw": h\'00ff\', "key": h\'0a0b\', "list": [], "next": null, "map": {} }, "map": { "m": true } }'
    )
    expect(seen(printed, avro)).toBe(printed)
  })

  it('is a Sparkplug payload with every data type', () => {
    const text = `{
      "timestamp": "2026-01-02T03:04:05.678Z", "seq": 255, "uuid": "u",
      "metrics": [
        {"name": "a", "alias": 1, "type": "Int8", "value": -128, "timestamp": 1795439156123, "isHistorical": true},
        {"alias": 2, "type": "UInt64", "value": 18446744073709551615, "isTransient": true},
        {"name": "c", "type": 9, "value": 21.4, "properties": {"unit": "C", "quality": 192, "low": null, "in": {"x": 1.5}}},
        {"name": "d", "type": "Boolean", "value": null},
        {"name": "e", "type": "DateTime", "value": "2026-01-02T03:04:05Z"},
        {"name": "f", "type": "Int16Array", "value": [-1, 2]},
        {"name": "g", "type": "BooleanArray", "value": [true, false, true]},
        {"name": "h", "type": "StringArray", "value": ["a", ""]},
        {"name": "i", "type": "Bytes", "value": h'00ff', "metadata": {"fileName": "f", "size": 2, "isMultiPart": false}},
        {"name": "j", "type": "DataSet", "value": {"columns": ["x", "y"], "types": ["Int32", "String"], "rows": [[-1, "a"], [2, null]]}},
        {"name": "k", "type": "Template", "value": {"version": "1", "template": "T", "isDefinition": false,
          "metrics": [{"name": "l", "type": "Double", "value": NaN}], "parameters": {"p": 7}}}
      ],
      "body": h'01'
    }`
    const printed = seen(text, sparkplug)
    expect(seen(printed, sparkplug)).toBe(printed)
    for (const part of [
      '"type": "Int8", "value": -128, "timestamp": "2026-11-23T',
      '"value": 18446744073709551615, "isTransient": true',
      '"value": 21.4, "properties": { "unit": "C", "quality": 192, "low": null, "in": { "x": 1.5 } }',
      '"value": [ -1, 2 ]',
      '"value": [ true, false, true ]',
      '"rows": [ [ -1, "a" ], [ 2, null ] ]',
      '"parameters": { "p": 7 }'
    ])
      expect(flat(printed)).toContain(part)
    const { metrics } = readSparkplugPayload(bytesOf(text, sparkplug)) as {
      metrics: Record<string, unknown>[]
    }
    expect(metrics[0]).toMatchObject({
      name: 'a',
      alias: 1,
      datatype: 1,
      int_value: 4_294_967_168,
      is_historical: true
    })
    expect(metrics[3]).toEqual({ name: 'd', datatype: 11, is_null: true })
  })
})

describe('a fault', () => {
  const metric = (fields: string): string => `{"metrics": [{"name": "a", ${fields}}]}`
  it.each<[string, Encoding, unknown[]]>([
    ['{"a": 1,\n "b": x}', cbor, ['SYNTAX', '', 'x', '2:7']],
    ['[1', cbor, ['SYNTAX', '', '', '1:3']],
    ['"a', cbor, ['SYNTAX', '', '', '1:3']],
    ['{"a": 1, "a": 2}', cbor, ['DUPLICATE_KEY', '', '"a"', '1:10']],
    ["[h'00ff…' /900 bytes/]", cbor, ['BYTES_CUT', '', '', '1:2']],
    ['['.repeat(300), cbor, ['TOO_DEEP', '', '200', '1:201']],
    [
      '[18446744073709551616]',
      msgpack,
      ['RANGE', '[0]', 'integer: -9223372036854775808 … 18446744073709551615', '1:2']
    ],
    ['{"a": [undefined]}', msgpack, ['UNSUPPORTED', 'a[0]', 'undefined', '1:8']],
    ['{"temperature": "warm"}', protobuf, ['TYPE', 'temperature', 'float', '1:17']],
    ['{"inner": {"deltas": [1, 2.5]}}', protobuf, ['TYPE', 'inner.deltas[1]', 'sint32', '1:26']],
    [
      '{"count": 9223372036854775808}',
      protobuf,
      ['RANGE', 'count', 'int64: -9223372036854775808 … 9223372036854775807', '1:11']
    ],
    ['{"mode": "STOP"}', protobuf, ['CHOICE', 'mode', 'IDLE, RUN', '1:10']],
    ['{"on": true, "off": "x"}', protobuf, ['ONEOF', 'off', 'on', '1:14']],
    ['{}', { format: 'protobuf', schema: 'old.proto', type: 'Old' }, ['MISSING_FIELD', 'id', 'int32', '1:1']],
    ['{}', { format: 'protobuf', schema: 'plant.proto' }, ['SCHEMA_NEEDED', '', '', '1:1']],
    ['{}', { format: 'protobuf', schema: 'x.proto', type: 'X' }, ['SCHEMA_MISSING', '', 'x.proto', '1:1']],
    ['{}', { format: 'protobuf', schema: 'plant.proto', type: 'X' }, ['TYPE_UNKNOWN', '', 'X', '1:1']],
    ['{}', { format: 'avro', schema: 'broken.avsc' }, ['SCHEMA_BROKEN', '', 'broken.avsc', '1:1']],
    ['{"id": "a"}', avro, ['MISSING_FIELD', 'count', 'long', '1:1']],
    ['{"id": "a", "count": 1, "key": "AAAA"}', avro, ['LENGTH', 'key', '2', '1:32']],
    ['{"id": "a", "count": 1, "next": {"id": 5, "count": 1}}', avro, ['TYPE', 'next.id', 'string', '1:40']],
    ['{"seq": 256}', sparkplug, ['RANGE', 'seq', 'seq: 0 … 255', '1:9']],
    [
      metric('"type": "Int8", "value": 200'),
      sparkplug,
      ['RANGE', 'metrics[0].value', 'Int8: -128 … 127', '1:53']
    ],
    [metric('"value": 200'), sparkplug, ['MISSING_FIELD', 'metrics[0].type', 'Double, String, …', '1:14']],
    [
      metric('"type": "PropertySet", "value": {}'),
      sparkplug,
      ['UNSUPPORTED', 'metrics[0].type', 'PropertySet', '1:36']
    ]
  ])('in %s is named with its place', (text, encoding, fault) =>
    expect(faultOf(text, encoding)).toEqual(fault)
  )

  it('names the fields that there are', () => {
    expect(faultOf('{"temprature": 1}', protobuf).slice(0, 2)).toEqual(['UNKNOWN_FIELD', 'temprature'])
    expect(faultOf('{"temprature": 1}', protobuf)[2]).toContain('device_id, temperature, count')
  })
})
