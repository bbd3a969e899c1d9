import { describe, type Values } from '../command'
import { connectionOptions } from './broker-options'

export const record = describe({
  name: 'record',
  summary: 'record a connection into a .treetop file',
  usesSecrets: true,
  usage: ['[options] --output FILE.treetop URL', '[options] --output FILE.treetop --profile NAME'],
  about: [
    'Records every message of the topic filters, as the app does: QoS 1 and 2 messages are on disk before they are acknowledged. Ends after --duration, at --size, or with Ctrl+C, and then saves the recording, which Treetop opens. A lost connection is made again. Until it is saved, the recording is a folder beside FILE.'
  ],
  operands: 1,
  options: {
    topic: {
      short: 't',
      value: 'FILTER',
      many: true,
      about: "topic filter; may be given several times (default: the profile's subscriptions, or #)"
    },
    qos: {
      short: 'q',
      value: 'N',
      choices: ['0', '1', '2'],
      about: "QoS of the subscriptions (default: the profile's, or 2)"
    },
    output: { short: 'o', value: 'FILE', complete: 'file', about: 'recording to write' },
    force: { about: 'replace FILE if it exists' },
    duration: { value: 'S', about: 'end after S seconds' },
    size: { value: 'MB', about: 'end when the messages take MB megabytes on disk' },
    ...connectionOptions
  },
  examples: [
    { line: 'record --output plant.treetop --duration 3600 mqtt://localhost' },
    { line: "record --profile Plant -t 'plant/line1/#' -o line1.treetop --size 500" }
  ],
  statuses: '0 saved, also after Ctrl+C, 1 failure, 2 wrong usage'
})

export type RecordValues = Values<typeof record.options>
