import { expect, it, vi } from 'vitest'
import { failureOf, folderOf } from './checks.fixture'

vi.mock('../../broker/worker?modulePath', () => ({ default: 'worker' }))

const broker = `broker:
  local:
    users: { anna: secret }
    anonymous: true
    rules: [{ deny: both, filter: closed/# }]
    faults:
      - { kind: latency, delay: 100, scope: { filter: slow/# } }
      - { kind: withhold, packets: [PUBACK, PUBREC, SUBACK], scope: { filter: mute/# } }
      - { kind: withhold, packets: [PUBCOMP], scope: { filter: half/# } }
      - { kind: disconnect, scope: { filter: cut/# } }
`

it.each([
  [
    'publish: { topic: a, qos: 1, answer: { reason: Success } }',
    'PUBACK: expected 0x00 Success, but it is 0x10 No matching subscribers.'
  ],
  ['publish: { topic: closed/a, qos: 1 }', 'The broker refused it with PUBACK 0x87 Not authorized'],
  [
    'publish: { topic: closed/a, qos: 2, answer: { reason: 0x97 } }',
    'PUBREC: expected 0x97 Quota exceeded, but it is 0x87 Not authorized.'
  ],
  [
    'publish: { topic: closed/a, qos: 1, answer: { reason: 0x87, reasonString: { matches: ^no } } }',
    'PUBACK: reason string: expected a text that matches /^no/'
  ],
  [
    'publish: { topic: a, qos: 1, answer: { reason: Nonsense } }',
    'There is no reason "Nonsense" in a PUBACK.'
  ],
  [
    'publish: { topic: a, qos: 1, answer: { none: true, within: 20s } }',
    'Expected no acknowledgement, but PUBACK came.'
  ],
  ['publish: { topic: a, answer: { none: true } }', 'A message at QoS 0 is never acknowledged.'],
  [
    'publish: { topic: slow/a, qos: 1, answer: { within: 100ms } }',
    /PUBACK came after \d+ ms, expected within 100 ms\./
  ],
  [
    'publish: { topic: slow/a, qos: 2, answer: { within: 100ms } }',
    /PUBCOMP came after \d+ ms, expected within 100 ms\./
  ],
  ['publish: { topic: mute/a, qos: 1 }', 'No PUBACK came within 700 ms.'],
  ['publish: { topic: mute/a, qos: 2 }', 'No PUBREC came within 700 ms.'],
  ['publish: { topic: half/a, qos: 2 }', 'No PUBCOMP came within 700 ms.'],
  [
    'publish: { topic: "a/#", qos: 1 }',
    'The connection of "client" ended before PUBACK came: the broker sent DISCONNECT 0x'
  ],
  [
    'subscribe: { filter: a, qos: 1, granted: 2 }',
    'SUBACK of a: expected granted QoS 2, but it is 0x01 Granted QoS 1.'
  ],
  ['subscribe: closed/a', 'The broker refused it with SUBACK 0x87 Not authorized'],
  ['subscribe: mute/a', 'No SUBACK came within 700 ms.'],
  [
    'unsubscribe: { filter: a, reason: Success }',
    'UNSUBACK: expected 0x00 Success, but it is 0x11 No subscription existed.'
  ],
  ['connect: { sessionPresent: true }', 'CONNACK: session present: expected true, but it is false.'],
  [
    'connect: { username: anna, password: wrong }',
    '"client" could not connect: the broker refused it with 0x86 Bad User Name or Password'
  ],
  [
    'connect: { username: anna, password: wrong, reason: Banned }',
    'CONNACK: expected 0x8A Banned, but it is 0x86 Bad User Name or Password.'
  ],
  ['connect: { reason: Not authorized }', 'CONNACK: expected 0x87 Not authorized, but it is 0x00 Success.'],
  ['connect: { properties: { topicAliasMaximum: 0 } }', 'CONNACK: topicAliasMaximum: expected 0'],
  ['disconnect: client', '"client" is not connected.'],
  ['expect: { none: true }', '"client" is not connected, so nothing can come.'],
  [
    'publish: { topic: cut/a, qos: 1, answer: { none: true, within: 20s } }',
    'The connection of "client" ended: the broker closed it'
  ],
  [
    'subscribe: a\n  - publish: { topic: cut/a }\n  - expect: { none: true, within: 20s }',
    'The connection of "client" ended meanwhile'
  ],
  [
    'connect: {}\n  - expect: { disconnect: {}, within: 50ms }',
    'Expected that the broker ends the connection of "client", but it is still up after 50 ms.'
  ],
  [
    'connect: { clientId: x }\n  - connect: { as: b, clientId: x }\n  - expect: { disconnect: { reason: Banned } }',
    'expected 0x8A Banned, but it is 0x8E Session taken over'
  ],
  [
    'connect: { clientId: x }\n  - connect: { as: b, clientId: x }\n  - expect: { disconnect: {} }\n  - publish: { topic: a }',
    'The connection of "client" ended: the broker sent DISCONNECT 0x8E Session taken over.'
  ],
  [
    'connect: {}\n  - disconnect: {}\n  - publish: { topic: a }',
    '"client" was disconnected. Connect it again with a connect step.'
  ]
])('%s fails, and says why', async (steps, sentence) => {
  // Only what never comes gets a short wait.
  const within = String(sentence).includes('within 700 ms') ? '700ms' : '20s'
  const folder = folderOf({ 'a.test.yaml': `${broker}within: ${within}\nsteps:\n  - ${steps}` })
  const result = await folder.run()
  expect(result.status).toBe(1)
  const failure = failureOf(result)
  if (typeof sentence === 'string') expect(failure).toContain(sentence)
  else expect(failure).toMatch(sentence)
})
