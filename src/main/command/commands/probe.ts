import { describe } from '../command'
import { brokerOptions } from './broker-options'

export const probe = describe({
  name: 'probe',
  summary: 'find out what a broker supports and limits',
  usage: ['[options] URL'],
  about: [
    'Finds out what an MQTT broker supports and what it limits, and prints a table. URL is mqtt, mqtts, ws or wss://HOST[:PORT]. Publishes only below a topic of its own (treetop/probe/...), and clears it.'
  ],
  operands: Infinity,
  options: {
    json: { about: 'print JSON, with the packets that prove each item' },
    ...brokerOptions
  },
  examples: [
    { line: 'probe mqtt://broker.example.org' },
    { line: 'probe --ca ca.pem --username anna --password-file password mqtts://broker.example.org:8883' },
    { line: 'probe --json wss://broker.example.org:8084/mqtt > broker.json' }
  ],
  statuses: '0 the broker was probed, 1 it cannot be reached or was lost, 2 wrong usage, 130 interrupted'
})
