import { describe, type Values } from '../command'
import { connectionOptions } from './broker-options'
import { messageOptions } from './message-options'

export const request = describe({
  name: 'request',
  summary: 'publish a request, wait for the answer and print it',
  usesSecrets: true,
  usage: ['[options] -t TOPIC -m TEXT URL', '[options] -t TOPIC -m TEXT --profile NAME'],
  about: [
    'Subscribes to a response topic, publishes a message with it and with correlation data (MQTT 5.0, 4.10), and prints the payload of the answer. The answer is the first message that repeats the correlation data. Before MQTT 5 there is no such data: give the topic of the answer with --response-topic.'
  ],
  operands: 1,
  options: {
    ...messageOptions,
    'response-topic': {
      value: 'TOPIC',
      about: 'topic for the answer; default: a new one, treetop/response/...'
    },
    correlation: { value: 'TEXT', about: 'correlation data; default: 16 random bytes' },
    timeout: {
      short: 'W',
      value: 'S',
      heading: 'The answer',
      about: 'seconds to wait for the answer (default: 10)'
    },
    json: {
      about: 'print the answer as a line of JSON, with the ms between request and answer'
    },
    ...connectionOptions
  },
  examples: [
    { line: 'request -t plant/line1/get -m \'{"what":"speed"}\' mqtt://localhost' },
    { line: 'request --profile Plant -t plant/line1/get -m speed --timeout 2 --json' },
    { line: 'request --mqtt 3.1.1 -t plant/get -m speed --response-topic plant/answer mqtt://localhost' }
  ],
  statuses: '0 answered, 1 failure, 2 wrong usage, 3 no answer in time, 130 interrupted'
})

export type RequestValues = Values<typeof request.options>
