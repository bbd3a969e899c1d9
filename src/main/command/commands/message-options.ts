import { EncodingFormat } from '../../../shared/contract/encode'
import type { Option, Values } from '../command'

/** A message to publish. */
export const messageOptions = {
  topic: { short: 't', value: 'TOPIC', heading: 'The message', about: 'topic to publish to' },
  message: { short: 'm', value: 'TEXT', about: 'payload' },
  'message-as': {
    value: 'F',
    choices: ['text', 'hex', 'base64'],
    about: 'what TEXT is: text (default), hex or base64 digits of bytes'
  },
  encode: {
    value: 'FORMAT',
    choices: EncodingFormat.options,
    about: 'the payload is JSON; publish it as cbor, msgpack, protobuf, avro or sparkplug'
  },
  schema: {
    value: 'FILE',
    complete: 'file',
    many: true,
    about: 'with --encode: a .proto, .desc or .avsc file; the first is used, and may import the others'
  },
  'message-type': { value: 'NAME', about: 'with --encode protobuf: the full name of the message in FILE' },
  file: { short: 'f', value: 'FILE', complete: 'file', about: 'publish the content of a file' },
  stdin: { short: 's', about: 'publish what comes on standard input' },
  qos: { short: 'q', value: 'N', choices: ['0', '1', '2'], about: 'QoS 0, 1 or 2 (default: 0)' },
  retain: { short: 'r', about: 'the broker retains the message' },
  'content-type': { value: 'TYPE', heading: 'MQTT 5', about: 'content type, such as application/json' },
  'payload-format': { value: 'F', choices: ['bytes', 'text'], about: 'payload format indicator' },
  expiry: { value: 'S', about: 'message expiry interval in seconds' },
  'response-topic': { value: 'TOPIC', about: 'topic for the answer' },
  correlation: { value: 'TEXT', about: 'correlation data, which the answer repeats' },
  'correlation-as': {
    value: 'F',
    choices: ['text', 'hex', 'base64'],
    about: 'what the correlation data is: text (default), hex or base64'
  },
  'user-property': {
    value: 'NAME=VALUE',
    many: true,
    about: 'user property; may be given several times, and the order stays'
  },
  'topic-alias': { value: 'N', about: 'topic alias: later messages carry only the number' }
} as const satisfies Record<string, Option>

export type MessageValues = Values<typeof messageOptions>
