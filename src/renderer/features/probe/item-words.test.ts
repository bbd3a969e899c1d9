import { expect, it } from 'vitest'
import { ProbeFinding, ProbeItemId, type ProbeItem } from '../../../shared/contract/probe'
import { overwriteGetLocale } from '../../paraglide/runtime'
import { aboutItem, countVerdicts, figureOf, groups, words } from './item-words'

const item: ProbeItem = {
  id: 'qos0',
  verdict: 'supported',
  finding: 'works',
  value: null,
  asked: null,
  answer: null,
  roundTrip: null,
  acknowledged: null,
  took: 1,
  evidence: []
}

it('shows each item in one group', () => {
  const shown = groups.flatMap(({ items }) => items)
  expect(shown.toSorted()).toEqual([...ProbeItemId.options].toSorted())
})

it.each(['en', 'zh-CN'] as const)('has a sentence for every finding about every item in %s', (locale) => {
  overwriteGetLocale(() => locale)
  for (const id of ProbeItemId.options) {
    expect(aboutItem(id)).toMatch(/[.。]$/)
    for (const finding of ProbeFinding.options) {
      for (const value of [null, 0, 65_535]) {
        const sentence = words.sentenceOf({ ...item, id, finding, value })
        expect(sentence).toMatch(/^[^\n]+[.。]$/)
        expect(sentence).not.toMatch(/undefined|NaN|\{|probe_/)
      }
    }
  }
})

it('has a figure where there is one: a time, a value or a code', () => {
  overwriteGetLocale(() => 'en')
  const answer = { packet: 'SUBACK', version: 5, code: 0x87, reasonString: null } as const
  const figures: [Partial<ProbeItem>, string][] = [
    [{ finding: 'delivered', roundTrip: 1.26 }, '1.3 ms'],
    [{ id: 'qos1', finding: 'downgraded', value: 0, roundTrip: 2 }, '2.0 ms'],
    [{ id: 'topicLength', finding: 'upTo', value: 65_535 }, '65,535 bytes'],
    [{ id: 'receiveMaximum', finding: 'announced', value: 1 }, '1 message'],
    [{ id: 'packetSize', finding: 'byDefault' }, 'no limit'],
    [{ finding: 'refused', answer }, '0x87'],
    [{ finding: 'accepted', answer: { ...answer, packet: 'CONNACK', code: 0 } }, ''],
    [{}, '']
  ]
  for (const [changes, figure] of figures) expect(figureOf({ ...item, ...changes })).toBe(figure)
})

it('counts verdicts', () => {
  const items: ProbeItem[] = [item, item, { ...item, verdict: 'unknown' }]
  expect(countVerdicts(items)).toEqual({ supported: 2, notSupported: 0, unknown: 1 })
})
