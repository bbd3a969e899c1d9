import { expect, it } from 'vitest'
import { ProbeFinding, ProbeItemId, type ProbeItem } from '../../shared/contract/probe'
import { fileNameOf, jsonOf, markdownOf, tableOf } from '../../shared/probe-export'
import { differences } from './compare'
import { sheetOf } from './probe.fixture'
import { unreachableSentence, words } from './words'

const step = {
  at: 1.5,
  direction: 'sent',
  packet: 'PUBLISH',
  fields: { topic: 'treetop/probe/0/a', qos: 1 }
} as const

it('writes a sheet as Markdown, with its evidence', () => {
  const sheet = sheetOf(
    [
      { id: 'qos1', finding: 'delivered', roundTrip: 1.25, acknowledged: 2.5, evidence: [step] },
      { id: 'keepAlive', finding: 'adjusted', value: 60, asked: 65_535 },
      { id: 'packetSize', finding: 'byDefault' }
    ],
    { end: 'lost', left: { topics: ['treetop/probe/0/retain'], sessions: ['tester-p1'] } }
  )
  expect(markdownOf(sheet, words)).toBe(`# Test: what this MQTT broker supports

mqtt://127.0.0.1:1883, 2026-11-29T00:00:00.000Z, Treetop 9.9.9.
Below \`treetop/probe/0\`, in 1.2 s: 1 connections, 2 packets sent, 3 received.

- The broker became unreachable before everything was tested.
- A retained message was left behind: treetop/probe/0/retain.
- A session was left behind, of client ID tester-p1.

| Item                | Supported | Finding                                              |
| ------------------- | --------- | ---------------------------------------------------- |
| QoS 1               | yes       | Arrived after 1.25 ms, acknowledged after 2.5 ms.    |
| Longest keep alive  | yes       | 60 seconds, instead of the requested 65,535 seconds. |
| Maximum Packet Size | yes       | The broker announces no limit.                       |

## Evidence

### QoS 1

Arrived after 1.25 ms, acknowledged after 2.5 ms.

\`\`\`text
     1.50 ms -> PUBLISH topic=treetop/probe/0/a qos=1
\`\`\`

### Longest keep alive

60 seconds, instead of the requested 65,535 seconds.

### Maximum Packet Size

The broker announces no limit.
`)
})

it('names a file so that it is valid everywhere', () => {
  expect(fileNameOf(sheetOf([], { name: 'Plant: line/1 測試' }))).toBe('Plant-line-1-測試-probe-2026-11-29')
})

it('does not let a broker write markup, table cells or escape sequences', () => {
  const answer = {
    packet: 'SUBACK',
    version: 5,
    code: 0x87,
    reasonString: 'no|<b>\x1b[2J\n| x | \x9b1m`'
  } as const
  const evil = { ...step, fields: { reasonString: '\n```\n<script>\x1b[2J' } }
  const sheet = sheetOf(
    [{ id: 'shared', verdict: 'notSupported', finding: 'refused', answer, evidence: [evil] }],
    { name: 'evil\x1b[2J\n| x |' }
  )
  const [row] = tableOf(sheet, words)
    .split('\n')
    .filter((line) => line.includes('Shared'))
  expect(row).toContain('Refused with SUBACK 0x87 (Not authorized): “no\\|\\<b\\> \\[2J \\| x \\|  1m\\`”.')
  const text = markdownOf(sheet, words)
  expect(text.split('\n').filter((line) => line.startsWith('```'))).toEqual(['```text', '```'])
  // eslint-disable-next-line no-control-regex
  expect(text + jsonOf(sheet)).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/)
  expect(JSON.parse(jsonOf(sheet))).toEqual(sheet)
})

it('has a sentence for every finding about every item', () => {
  for (const id of ProbeItemId.options) {
    for (const finding of ProbeFinding.options) {
      for (const value of [null, 0, 7]) {
        const [item] = sheetOf([{ id, finding, value }]).items
        expect(words.sentenceOf(item!)).toMatch(/^[^\n]+\.$/)
        expect(words.sentenceOf(item!)).not.toMatch(/undefined|NaN/)
      }
    }
  }
})

it('says why a broker cannot be probed', () => {
  const sentence = (fault: Parameters<typeof unreachableSentence>[0]): string =>
    unreachableSentence(fault, 'mqtt://host:1883')
  expect(sentence({ kind: 'connack', version: 4, code: 5, reasonString: null })).toBe(
    'mqtt://host:1883 refused the connection with CONNACK 0x05 (Not authorized).'
  )
  expect(sentence({ kind: 'timeout', milliseconds: 10_000 })).toContain('within 10 s.')
  expect(sentence({ kind: 'closed', beforeConnack: true })).toContain('Check the port')
})

it('compares two sheets by what they found, not by how long it took', () => {
  const [same, changed, onlyBefore, onlyAfter]: Partial<ProbeItem>[] = [
    { id: 'qos0', finding: 'delivered', roundTrip: 1 },
    { id: 'topicLength', finding: 'upTo', value: 65_535 },
    { id: 'will' },
    { id: 'sys' }
  ]
  const refusal = { packet: 'SUBACK', version: 5, reasonString: null } as const
  const before = sheetOf([same!, changed!, onlyBefore!, { id: 'shared', answer: { ...refusal, code: 0x87 } }])
  const after = sheetOf([
    { ...same!, roundTrip: 90, took: 500 },
    { ...changed!, value: 1_024 },
    onlyAfter!,
    { id: 'shared', answer: { ...refusal, code: 0x9e } }
  ])
  expect(differences(before, after)).toMatchObject([
    { id: 'sys', before: null, after: { id: 'sys' } },
    { id: 'shared', before: { answer: { code: 0x87 } }, after: { answer: { code: 0x9e } } },
    { id: 'will', before: { id: 'will' }, after: null },
    { id: 'topicLength', before: { value: 65_535 }, after: { value: 1_024 } }
  ])
  expect(differences(before, before)).toEqual([])
})
