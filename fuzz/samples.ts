import { deflateSync, gzipSync } from 'node:zlib'
import { encode as encodeMsgpack } from '@msgpack/msgpack'
import avro from 'avsc'
import { encode as encodeCbor } from 'cbor2'
import protobuf from 'protobufjs'
import { sparkplugPayload } from '../src/main/decode/sparkplug.fixture'
import { MAX_INFLATED } from '../src/main/decode/limits'
import type { SchemaFile } from '../src/main/decode/schema-file'

/** Nesting depth beyond any legitimate payload. */
const DEEP = 10_000

const PROTO = `syntax = "proto3";
package fuzz;
message Node {
  string name = 1;
  int64 count = 2;
  repeated sint32 values = 3;
  map<string, Node> children = 4;
  Node next = 5;
  Kind kind = 6;
  bytes blob = 7;
  double number = 8;
  fixed64 mark = 9;
  enum Kind { NONE = 0; SOME = 1; }
}
`
const AVRO = {
  type: 'record',
  name: 'Node',
  fields: [
    { name: 'constructor', type: 'string' },
    { name: 'count', type: 'long' },
    { name: 'values', type: { type: 'array', items: ['null', 'int', 'double', 'string'] } },
    { name: 'children', type: { type: 'map', values: 'Node' } },
    { name: 'next', type: ['null', 'Node'] },
    { name: 'key', type: { type: 'fixed', name: 'Key', size: 4 } },
    { name: 'kind', type: { type: 'enum', name: 'Kind', symbols: ['NONE', 'SOME'] } },
    { name: 'nothing', type: { type: 'array', items: 'null' } }
  ]
}

export const schemas: SchemaFile[] = [
  { name: 'node.proto', bytes: Buffer.from(PROTO) },
  { name: 'node.avsc', bytes: Buffer.from(JSON.stringify(AVRO)) }
]

const value = {
  name: 'press-1',
  ['__proto__']: { constructor: 1 },
  toString: null,
  list: [1, -2, 3.5, 'x', true, null, [[]], {}],
  blob: Uint8Array.of(0, 1, 2, 255),
  text: '温度 "21.5" 😀'
}
const json = JSON.stringify({ ...value, blob: [1, 2] })
const xml =
  '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a x="1" y=\'2\'><!-- d --><b>t &amp; u</b><c/><![CDATA[<e>]]></a>'

const node = protobuf.parse(PROTO, { keepCase: true }).root.lookupType('fuzz.Node')
const proto = (content: object): Buffer => Buffer.from(node.encode(node.fromObject(content)).finish())
const protoValue = {
  name: 'n',
  count: -1,
  values: [1, -2, 3],
  children: { ['__proto__']: { name: 'c' }, b: {} },
  next: { next: { kind: 1 } },
  blob: Buffer.of(1, 2),
  number: 1.5,
  mark: 7
}

const avroType = avro.Type.forSchema(AVRO as never)
const avroNode = (next: unknown): object => ({
  constructor: 'c',
  count: 5,
  values: [null, { int: 1 }, { double: 2.5 }, { string: 'x' }],
  children: {},
  next,
  key: Buffer.of(1, 2, 3, 4),
  kind: 'SOME',
  nothing: [null, null]
})
const unwrapped = avro.Type.forSchema(AVRO as never, { wrapUnions: true })
const avroDatum = unwrapped.toBuffer(avroNode({ Node: avroNode(null) }))

/** An object container file with one block. */
function avroFile(codec: 'null' | 'deflate'): Buffer {
  const text = (content: string | Buffer): Buffer =>
    Buffer.concat([
      avro.Type.forSchema('long').toBuffer(Buffer.byteLength(content)),
      Buffer.from(content as string)
    ])
  const long = (count: number): Buffer => avro.Type.forSchema('long').toBuffer(count)
  const sync = Buffer.alloc(16, 7)
  const block = codec === 'null' ? avroDatum : deflateRaw(avroDatum)
  return Buffer.concat([
    Buffer.from('Obj\u0001'),
    long(2),
    text('avro.schema'),
    text(JSON.stringify(avroType.schema())),
    text('avro.codec'),
    text(codec),
    long(0),
    sync,
    long(1),
    text(block),
    sync
  ])
}

function deflateRaw(bytes: Buffer): Buffer {
  return deflateSync(bytes).subarray(2, -4)
}

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAIAAAADCAIAAAA2iEnWAAAAEElEQVR4nGNgYGD4DwUQBgAfygL+pAGaWQAAAABJRU5ErkJggg==',
  'base64'
)
const jpeg = Buffer.from('ffd8ffe000104a46494600010100000100010000ffc0000b080010002001011100ffd9', 'hex')
const gif = Buffer.from('47494638396110000800800000000000ffffff2c00000000', 'hex')
const webp = Buffer.from('524946461a000000574542505650384c0d0000002f0f4001001008', 'hex')
const bmp = Buffer.from('424d46000000000000003600000028000000020000000300000001001800', 'hex')

const sparkplug = sparkplugPayload({
  timestamp: 1_700_000_000_000,
  seq: 1,
  metrics: [
    { name: '__proto__', alias: 1, datatype: 3, int_value: 7, is_transient: true },
    { name: 'numbers', datatype: 24, bytes_value: Buffer.alloc(16, 3) },
    { name: 'flags', datatype: 32, bytes_value: Buffer.of(3, 0, 0, 0, 0xa0) },
    { name: 'words', datatype: 33, bytes_value: Buffer.from('a\0b\0') },
    {
      name: 'table',
      datatype: 16,
      dataset_value: { columns: ['a'], types: [4], rows: [{ elements: [{ long_value: 5 }] }] }
    },
    {
      name: 'motor',
      datatype: 19,
      template_value: {
        template_ref: 'Motor',
        metrics: [{ name: 'inner', template_value: { metrics: [{ float_value: 0.1 }] } }],
        parameters: [{ name: 'p', type: 12, string_value: 'x' }]
      },
      properties: {
        keys: ['Quality', 'more'],
        values: [
          { type: 3, int_value: 192 },
          { propertysets_value: { propertyset: [{ keys: ['k'], values: [{}] }] } }
        ]
      },
      metadata: { file_name: 'f', size: 3 }
    }
  ],
  uuid: 'u',
  body: Buffer.of(1)
})

/** Payloads that their decoders can read. */
export const valid = {
  text: ['plain', '温度\t21.5\r\n', '\ufeffx'].map((text) => Buffer.from(text)),
  json: [json, '[1,2.5e-7,"\\u00e9"]', '{"a":{"b":[{}]}}'].map((text) => Buffer.from(text)),
  xml: [xml, '<svg xmlns="http://www.w3.org/2000/svg"><g/></svg>'].map((text) => Buffer.from(text)),
  base64: [json, png.toString('latin1')].map((text) =>
    Buffer.from(Buffer.from(text, 'latin1').toString('base64'))
  ),
  cbor: [
    encodeCbor(value),
    encodeCbor([value, 2n ** 70n]),
    Buffer.from('bf6161c11a514b67b07f6162ff5f4101ffff', 'hex')
  ],
  msgpack: [encodeMsgpack(value), encodeMsgpack([value, new Date(0), 2 ** 40])],
  protobuf: [proto(protoValue), proto({ next: protoValue, children: { x: protoValue } })],
  sparkplug: [sparkplug, sparkplugPayload({ metrics: [{ alias: 1, long_value: -1 }], seq: 255 })],
  avro: [avroDatum],
  avroFile: [avroFile('null'), avroFile('deflate')],
  image: [png, jpeg, gif, webp, bmp]
}

/** Payloads crafted to cause trouble. Some inputs use them unchanged, others mutate them. */
export const hostile: Buffer[] = [
  '['.repeat(DEEP) + ']'.repeat(DEEP),
  '{"a":'.repeat(DEEP),
  '<a>'.repeat(DEEP) + '</a>'.repeat(DEEP),
  '<a '.repeat(DEEP),
  `<a ${'b="'.repeat(DEEP)}`,
  '<!--'.repeat(DEEP),
  `<!DOCTYPE a [${'<!ENTITY b "&b;&b;">'.repeat(500)}]><a>&b;</a>`,
  `data:${'x'.repeat(DEEP)};base64,${'A'.repeat(DEEP)}`,
  ' '.repeat(DEEP * 5) + '=',
  `{${Array.from({ length: 2_000 }, (_, i) => `"__proto__":{"constructor":${i}}`).join()}}`
]
  .map((text) => Buffer.from(text))
  .concat([
    Buffer.concat([Buffer.alloc(DEEP, 0x81), Buffer.of(0)]),
    Buffer.concat([Buffer.alloc(DEEP, 0x91), Buffer.of(0)]),
    Buffer.alloc(DEEP, 0x9f),
    Buffer.alloc(DEEP, 0xc1),
    Buffer.alloc(DEEP, 0x0b),
    Buffer.alloc(DEEP * 20, 0x2a),
    Buffer.from('9bffffffffffffffff', 'hex'),
    Buffer.from('bb7fffffffffffffff', 'hex'),
    Buffer.from('ddffffffff', 'hex'),
    Buffer.from('c6ffffffff00', 'hex'),
    Buffer.from('80c0caf384a30200', 'hex'),
    Buffer.alloc(200_000, 0x80),
    Buffer.alloc(200_000, 0x08),
    Buffer.alloc(200_000, 0xff),
    gzipSync(Buffer.alloc(MAX_INFLATED)),
    gzipSync(Buffer.alloc(MAX_INFLATED * 4)),
    gzipSync(gzipSync(gzipSync(gzipSync(Buffer.alloc(MAX_INFLATED))))),
    deflateSync(Buffer.alloc(MAX_INFLATED + 1, '[')),
    // An image that claims 4,294,967,295 pixels in each direction.
    Buffer.concat([png.subarray(0, 16), Buffer.alloc(8, 0xff), png.subarray(24)])
  ])
