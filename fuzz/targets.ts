import type { Decoder } from '../src/shared/contract/decode'
import { previewAs } from '../src/main/decode/bound-preview'
import { decode } from '../src/main/decode/decode'
import { SchemaFiles } from '../src/main/decode/schema-files'
import { schemas, valid } from './samples'

/** What is given inputs: a decoder with samples that it reads, as the app calls it. */
export interface Target {
  name: string
  samples: readonly Uint8Array[]
  run: (input: Uint8Array) => void
}

const files = new SchemaFiles(schemas)
const everything = Object.values(valid).flat()

const decoding = (name: string, decoder: Decoder, samples: readonly Uint8Array[]): Target => ({
  name,
  samples,
  run: (input) => void decode(input, decoder, files)
})

/** Every decoder, detection, and the one line of a row. */
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
