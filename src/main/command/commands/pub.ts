import { describe } from '../command'
import { connectionOptions } from './broker-options'
import { messageOptions } from './message-options'

export const pub = describe({
  name: 'pub',
  summary: 'publish messages',
  usesSecrets: true,
  usage: ['[options] -t TOPIC -m TEXT URL', '[options] -t TOPIC -m TEXT --profile NAME'],
  about: [
    'Publishes a message, or several, and waits until the broker has acknowledged them. URL is mqtt, mqtts, ws or wss://HOST[:PORT].'
  ],
  operands: 1,
  options: {
    ...messageOptions,
    lines: {
      short: 'l',
      heading: 'Several messages',
      about:
        'with --file or --stdin: publish each line as a message of its own; standard input may go on for hours'
    },
    repeat: { short: 'n', value: 'N', about: 'publish N times; 0: until Ctrl+C' },
    interval: { value: 'S', about: 'seconds between two messages, such as 0.5 (default: 0)' },
    json: {
      about: 'print a line of JSON about each message: how it was acknowledged, and after how many ms'
    },
    ...connectionOptions
  },
  examples: [
    { line: 'pub -t plant/lamp -m on -q 1 --retain mqtt://localhost' },
    { line: "pub -t plant/lamp -m '' --retain mqtt://localhost", about: 'Removes the retained message.' },
    {
      line: 'pub -u anna --password-file password -t plant/state -f state.json --content-type application/json mqtts://broker.example.org'
    },
    { line: 'pub --profile Plant -t plant/log --stdin --lines < messages.txt' },
    { line: 'pub -t plant/beat -m tick --repeat 0 --interval 1 mqtt://localhost' }
  ],
  statuses: '0 everything was acknowledged, 1 failure, 2 wrong usage, 130 interrupted'
})
