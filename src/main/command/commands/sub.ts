import { describe, type Values } from '../command'
import { connectionOptions } from './broker-options'

export const sub = describe({
  name: 'sub',
  summary: 'subscribe, and print what arrives',
  usesSecrets: true,
  usage: ['[options] -t FILTER... URL', '[options] -t FILTER... --profile NAME'],
  about: [
    'Subscribes to topic filters and prints each message on a line: topic and payload. With a profile, payloads are shown as its decoders read them. Payloads that are not text are decoded if their format is known, and shown in hex otherwise. URL is mqtt, mqtts, ws or wss://HOST[:PORT].'
  ],
  operands: 1,
  options: {
    topic: {
      short: 't',
      value: 'FILTER',
      many: true,
      heading: 'What to receive',
      about: 'topic filter; may be given several times; $share/GROUP/FILTER shares the messages'
    },
    qos: {
      short: 'q',
      value: 'N',
      many: true,
      choices: ['0', '1', '2'],
      about:
        'QoS 0, 1 or 2 (default: 0); given once, it is for all filters, otherwise once for each, in their order'
    },
    count: { short: 'n', value: 'N', about: 'end after N messages' },
    timeout: { short: 'W', value: 'S', about: 'end after S seconds' },
    reconnect: { about: 'connect again when the connection is lost' },
    json: {
      heading: 'What to print',
      about:
        'a line of JSON for each message, as treetop export writes it: bytes that are no UTF-8 are Base64; with the decoded payload where a decoder is bound'
    },
    'payload-only': { short: 'p', about: 'only the payload as it came, and a line end' },
    verbose: { short: 'v', about: 'also the time, QoS and flags of each message' },
    'no-local': { heading: 'MQTT 5', about: 'not what this client publishes itself' },
    'retain-handling': {
      value: 'N',
      choices: ['0', '1', '2'],
      about: 'retained messages: 0 send them (default), 1 only for a new subscription, 2 never'
    },
    'retain-cleared': { about: 'live messages arrive without the retain flag, as before MQTT 5' },
    identifier: { value: 'N', about: 'subscription identifier, which the broker adds to the messages' },
    ...connectionOptions
  },
  examples: [
    { line: "sub -t 'plant/#' mqtt://localhost" },
    { line: "sub -t 'plant/+/temp' -q 1 -t '$SYS/#' -q 0 --verbose mqtt://localhost" },
    { line: "sub --profile Plant -t 'plant/#' --json | jq -r '.topic'" },
    {
      line: 'sub -t plant/lamp --count 1 --timeout 5 --payload-only mqtt://localhost',
      about: 'The retained message, or exit status 3 after 5 s.'
    }
  ],
  statuses:
    '0 done, 1 failure or a lost connection, 2 wrong usage, 3 time-out before --count, 130 interrupted before --count'
})

export type SubValues = Values<typeof sub.options>
