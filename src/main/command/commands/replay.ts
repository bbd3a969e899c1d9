import { describe, type Values } from '../command'
import { brokerOptions } from './broker-options'

export const replay = describe({
  name: 'replay',
  summary: 'publish recorded messages again',
  usage: ['[options] FILE.treetop --to URL', '[options] --profile NAME --to URL'],
  about: [
    'Publishes recorded messages again, in their order and with their distances in time. A broker that takes them more slowly makes the replay late; nothing is left out. URL is mqtt, mqtts, ws or wss://HOST[:PORT].'
  ],
  operands: Infinity,
  completeOperand: 'file',
  options: {
    profile: {
      value: 'NAME',
      heading: 'What is replayed',
      about: 'the history of a profile (name or id) instead of a recording'
    },
    'data-dir': {
      value: 'D',
      complete: 'directory',
      about: 'data directory of the profile (default: the one of this user)'
    },
    filter: {
      value: 'F',
      many: true,
      about: 'only topics that match this topic filter; may be given several times'
    },
    exclude: {
      value: 'F',
      many: true,
      about: 'no topics that match this topic filter; may be given several times'
    },
    from: { value: 'T', about: 'only messages received at T or later' },
    until: { value: 'T', about: 'only messages received before T' },
    state: {
      value: 'S',
      choices: ['none', 'retained', 'last'],
      about:
        'first publish the state at --from, as retained messages: retained (what the broker retained) or last (the last message of each topic)'
    },
    published: { about: 'also messages that Treetop published itself' },
    to: { value: 'URL', heading: 'How it is published', about: 'the broker' },
    speed: {
      value: 'N',
      about: 'multiple of the recorded speed, from 0.1 to 100, or max: as fast as the broker takes it (1)'
    },
    loop: { about: 'begin again after the last message, until Ctrl+C' },
    prefix: { value: 'TEXT', about: 'put TEXT before each topic' },
    strip: {
      value: 'TEXT',
      about: 'replace TEXT at the beginning of topics by --prefix, and leave other topics as they are'
    },
    now: {
      about: 'make the times in JSON payloads current: ISO 8601, and seconds, ms and µs since 1970'
    },
    pointer: {
      value: 'P',
      many: true,
      about: 'make only the times at this JSON Pointer current, such as /time; may be given several times'
    },
    qos: { value: 'N', choices: ['0', '1', '2'], about: 'QoS 0, 1 or 2 (default: as recorded)' },
    retain: { about: 'publish all messages as retained' },
    'no-retain': { about: 'publish no messages as retained, except those of --state' },
    ...brokerOptions,
    mqtt: { short: 'V', value: 'VERSION', choices: ['3.1', '3.1.1', '5'], about: 'MQTT version (default: 5)' }
  },
  notes: [
    'T is ISO 8601 (2026-11-23, 2026-11-23T13:05; local time unless a zone is given), or seconds or ms since 1970 UTC.'
  ],
  examples: [
    { line: 'replay plant.treetop --to mqtt://localhost' },
    { line: "replay plant.treetop --speed 10 --now --filter 'plant/line1/#' --to mqtt://localhost" },
    {
      line: 'replay plant.treetop -u eva --strip plant/ --prefix test/ --loop --to mqtts://test.example.org'
    },
    {
      line: 'replay --profile Plant --from 2026-11-23T13:00 --until 2026-11-23T13:10 --state last --to mqtt://localhost'
    }
  ],
  statuses:
    '0 everything was published, 1 failure, or messages that the broker refused, 2 wrong usage, 130 interrupted'
})

export type ReplayValues = Values<typeof replay.options>
