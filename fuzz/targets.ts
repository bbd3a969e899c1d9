import assert from 'node:assert/strict'
import type { Decoder } from '../src/shared/contract/decode'
import { shiftTimes } from '../src/main/automation/replay/times'
import { decode as decodeSn } from '../src/main/broker/mqtt-sn/codec/decode'
import { encode as encodeSn } from '../src/main/broker/mqtt-sn/codec/encode'
import { readRequest, writeRequest } from '../src/main/automation/collections/request-file'
import { readSettings } from '../src/main/automation/collections/settings-file'
import { parseCheckFile } from '../src/main/automation/checks/check-file'
import { english } from '../src/main/automation/checks/said'
import { BadFile } from '../src/main/automation/checks/sentences'
import { expand } from '../src/main/automation/template/expand'
import { GeneratorMemory } from '../src/main/automation/template/memory'
import { rowsOf } from '../src/main/automation/template/rows'
import { bytesOf, examples as snExamples } from '../src/main/broker/mqtt-sn/codec/examples.fixture'
import { previewAs } from '../src/main/decode/bound-preview'
import { EncodingFormat, type Encoding } from '../src/shared/contract/encode'
import { decode } from '../src/main/decode/decode'
import { Decoders } from '../src/main/decode/decoders'
import { fieldsOf } from '../src/main/decode/fields'
import { Pointer, scalarsOf } from '../src/main/decode/pointer'
import { SchemaFiles } from '../src/main/decode/schema-files'
import { encode } from '../src/main/encode/encode'
import { readConfig } from '../src/main/devices/ha-config'
import { MemoryBudget } from '../src/main/devices/memory-budget'
import { SparkplugSession } from '../src/main/devices/sparkplug-session'
import { schemas, valid } from './samples'

/** A fuzz target: a decoder, called as the app calls it, with samples that it can read. */
export interface Target {
  name: string
  samples: readonly Uint8Array[]
  run: (input: Uint8Array) => void
}

const files = new SchemaFiles(schemas)
const decoders = new Decoders(files, [])
const everything = Object.values(valid).flat()

const decoding = (name: string, decoder: Decoder, samples: readonly Uint8Array[]): Target => ({
  name,
  samples,
  run: (input) => void decode(input, decoder, files)
})

/** Home Assistant discovery messages with the keys that the reader looks for. */
const discovery = [
  {
    '~': 'a',
    name: 'n',
    stat_t: '~/s',
    avty: [{ t: 'b~' }],
    dev: { ids: ['i'], cns: [['mac', '1']] },
    o: { name: 'o' }
  },
  { dev: { ids: 'i' }, state_topic: 's', cmps: { a: { p: 'sensor', name: 'n' }, b: { p: 'switch' } } }
].map((config) => Buffer.from(JSON.stringify(config)))

const templates = [
  '{{a}} {{ b }} \\{{c}} {{$counter start=1 step=2 name=n}} {{$uuid}} {{$now "YYYY-MM-DD"}} {{$random 1 6 decimals=2}}',
  '{{$choice on "off" \'x y\'}}{{$walk min=0 max=9 step=1}}{{$sine 0 1 60}}{{$row r.csv id}}{{$captured c}}{{$env E}}',
  // These contain themselves, and each other.
  '{{b}}',
  '{{a}}{{a}}{{$choice {{b}} a}}',
  'id,name\n1,"a ""b"" c"\r\n2,\n',
  '[{"id":1,"name":"a"},{"id":{"x":[]}}]'
].map((text) => Buffer.from(text))

const collectionFiles = [
  '# lamp\nname: Lamp # on\norder: 1.5\ntopic: a/{{b}}\npayload: |\n  { "on": true }\nformat: json\nqos: 1\nretain: true\nx: &x [1]\ny: *x\n',
  'topic: "a"\nproperties:\n  payloadFormat: text\n  contentType: c\n  messageExpiry: 60\n  responseTopic: r\n  correlationData: { hex: 00ff }\n  userProperties:\n    - [unit, C]\n    - [unit, "F"]\n',
  'name: Plant\nvariables:\n  a: b # c\n  t: { secret: true }\n  e: { env: E }\nenvironments:\n  Lab: { a: 1 }\n  Off: {}\n'
].map((text) => Buffer.from(text))

const checkFiles = [
  'name: A\nbroker: { local: { users: { a: b }, faults: [{ kind: loss }] } }\nvariables: { a: "{{$uuid}}" }\nsteps:\n  - publish: { topic: "{{a}}", payload: &p { x: 1 }, qos: 1, answer: { reason: 0x10 } }\n  - expect: [{ json: *p, count: { gte: 1 } }, { none: true, within: 100ms }]\n',
  'checks:\n  - name: b\n    data: [{ c: 1 }]\n    timeout: 2s\n    setup: [{ subscribe: a/# }]\n    steps:\n      - connect: { as: x, will: { topic: w }, sessionPresent: false }\n      - expect: { ordered: true, messages: [{ path: { $.a: { gt: 1 } } }] }\n      - http: { url: "http://h/{{c}}", expect: { status: 200 }, capture: { d: $.d } }\n      - run: { file: b.yaml, with: { e: f } }\n      - disconnect: x\n'
].map((text) => Buffer.from(text))

/** Texts that can be encoded: what the decoders print. */
const encodable = everything.flatMap((sample) =>
  (['cbor', 'msgpack', 'sparkplug'] as const).flatMap((format) => {
    const { body } = decode(sample, { format }, files)
    return 'text' in body && body.format === format ? [Buffer.from(body.text)] : []
  })
)
const encodings: Record<EncodingFormat, Encoding> = {
  cbor: { format: 'cbor' },
  msgpack: { format: 'msgpack' },
  protobuf: { format: 'protobuf', schema: 'node.proto', type: 'fuzz.Node' },
  avro: { format: 'avro', schema: 'node.avsc' },
  sparkplug: { format: 'sparkplug' }
}

/** Every decoder, format detection, the single-line preview of a row, and the device trackers. */
export const targets: readonly Target[] = [
  decoding('text', { format: 'text' }, valid.text),
  decoding('text in GB18030', { format: 'text', encoding: 'gb18030' }, valid.text),
  decoding('JSON', { format: 'json' }, valid.json),
  decoding('XML', { format: 'xml' }, valid.xml),
  decoding('Base64', { format: 'base64' }, valid.base64),
  decoding('CBOR', { format: 'cbor' }, valid.cbor),
  decoding('MessagePack', { format: 'msgpack' }, valid.msgpack),
  decoding('Protobuf', { format: 'protobuf', schema: 'node.proto', type: 'fuzz.Node' }, valid.protobuf),
  decoding('Protobuf without a type', { format: 'protobuf' }, valid.protobuf),
  decoding('Sparkplug B', { format: 'sparkplug' }, valid.sparkplug),
  decoding('Avro', { format: 'avro', schema: 'node.avsc' }, valid.avro),
  decoding('Avro file', { format: 'avro' }, valid.avroFile),
  decoding('image', { format: 'image' }, valid.image),
  {
    name: 'Sparkplug session',
    samples: valid.sparkplug,
    run(payload) {
      const session = new SparkplugSession(new MemoryBudget(1_000_000))
      for (const type of ['NBIRTH', 'NDATA', 'NDEATH'])
        session.take({ topic: `spBv1.0/G/${type}/N`, payload, receivedAt: 1, messageId: 1 }, 'live')
    }
  },
  {
    name: 'times of a replay',
    samples: [
      ...valid.json,
      Buffer.from('{"t":1795439156123,"at":["2026-11-23T13:05:56.123+01:00"],"s":1795439156.5}')
    ],
    run(input) {
      const payload = Buffer.from(input)
      const at = 1_795_439_156_123_456
      const moved = shiftTimes(payload, 86_400_000_000, at, null)
      // Whatever was moved: moving it back gives the same bytes.
      assert.deepEqual(shiftTimes(moved, -86_400_000_000, at + 86_400_000_000, null), payload)
      shiftTimes(payload, -at * 2, at, ['', '/t', '/at/0'])
    }
  },
  {
    name: 'discovery',
    samples: discovery,
    run: (input) =>
      void readConfig(Buffer.from(input).toString(), input.length % 2 === 0 ? 'device' : 'sensor', 'o')
  },
  {
    name: 'chart values',
    samples: [...valid.json, ...valid.cbor, ...valid.sparkplug],
    run(input) {
      const payload = Buffer.from(input)
      const text = Buffer.from(payload.toString())
      for (const { path, scalar } of scalarsOf(text, 20))
        assert.deepEqual(new Pointer(path).find(text), scalar, path)
      fieldsOf('spBv1.0/G/NDATA/N', payload, decoders, () => null)
    }
  },
  {
    name: 'MQTT-SN',
    samples: snExamples.flatMap(([, , hex]) => [bytesOf(hex), bytesOf(`04fe01aa${hex}`)]),
    // What can be read can be written, and is then read as the same.
    run(input) {
      const read = decodeSn(Buffer.from(input))
      if ('fault' in read) return
      const again = decodeSn(encodeSn(read.packet))
      assert.deepEqual('fault' in again ? again : again.packet, read.packet)
    }
  },
  {
    name: 'templates',
    samples: templates,
    run(input) {
      const text = Buffer.from(input).toString()
      const memory = new GeneratorMemory({ random: () => 0.5, uuid: () => 'u' })
      const variables = new Map([
        ['a', { kind: 'text' as const, text: '{{b}}{{b}}' }],
        ['b', { kind: 'text' as const, text }]
      ])
      const rows = (): ReturnType<typeof rowsOf> => rowsOf(text.length % 2 === 0 ? 'r.json' : 'r.csv', text)
      const outside = { now: 1, env: () => 'e', captured: () => 'c', rows }
      const { commit } = expand(
        { topic: text, payload: '{{a}}' },
        { variables, scope: 's', owner: 'o', ...outside },
        memory
      )
      commit()
    }
  },
  {
    name: 'files of collections',
    samples: collectionFiles,
    // What can be read can be written, and is then read as the same.
    run(input) {
      const text = Buffer.from(input).toString()
      for (const folder of [true, false]) readSettings('c.yaml', text, folder)
      const { request } = readRequest('r.yaml', text)
      if (!request) return
      const written = writeRequest(text, { request: { ...request, qos: request.qos === 1 ? 2 : 1 } })!
      assert.deepEqual(readRequest('r.yaml', written).request, { ...request, qos: request.qos === 1 ? 2 : 1 })
    }
  },
  {
    name: 'files of checks',
    samples: [...checkFiles, ...collectionFiles],
    // A file can be used, or everything that is wrong with it has a sentence.
    run(input) {
      try {
        parseCheckFile('/c.test.yaml', 'c.test.yaml', Buffer.from(input).toString())
      } catch (error) {
        if (!(error instanceof BadFile)) throw error
        for (const { sentence, line } of error.problems) assert(english(sentence).length > 5 && line !== 0)
      }
    }
  },
  {
    name: 'encoding',
    samples: [
      ...encodable,
      ...valid.json,
      Buffer.from(
        '{"name": "n", "count": "9", "values": [-1], "children": {"c": {}}, "blob": "AP8=", "kind": "SOME", "mark": 1}'
      ),
      Buffer.from(
        '{"constructor": "", "count": -1, "values": [null, 1.5], "children": {}, "next": null, "key": h\'00010203\', "kind": "NONE", "nothing": []}'
      )
    ],
    // What can be encoded can be decoded, and what is then shown means the same.
    run(input) {
      const text = Buffer.from(input).toString()
      for (const format of EncodingFormat.options) {
        const encoded = encode(text, encodings[format], files)
        if ('fault' in encoded) continue
        const { body } = decode(encoded.bytes, encodings[format], files)
        assert.equal(body.format, format)
        if (!('cut' in body) || body.cut !== null || body.text.includes('…')) continue
        const again = encode(body.text, encodings[format], files)
        if ('fault' in again) assert.fail(JSON.stringify(again.fault))
        const shown = decode(again.bytes, encodings[format], files).body
        assert.equal('text' in shown && shown.text, body.text)
      }
    }
  },
  decoding('detection', { format: 'detect' }, everything),
  {
    name: 'rows',
    samples: everything,
    run(input) {
      for (const format of ['detect', 'cbor', 'msgpack', 'protobuf', 'sparkplug', 'base64'] as const)
        previewAs(input.subarray(0, 160), input.length, { format }, files)
    }
  }
]
