import { expect, it } from 'vitest'
import { noFilter, type TopicFilterSpec } from '../../../shared/contract/topics'
import { matchesOf } from './matches'

/** The name of a topic's last level, or the whole topic of a list, with its matches in brackets. */
function marked(topic: string, filter: Partial<TopicFilterSpec>, list = false): string {
  const levels = topic.split('/')
  const name = list ? topic : levels.at(-1)!
  const row = { path: topic, name, depth: list ? 0 : levels.length - 1 }
  const spans = matchesOf({ ...noFilter, ...filter })(row)
  return [...spans]
    .reverse()
    .reduce((text, [from, to]) => `${text.slice(0, from)}[${text.slice(from, to)}]${text.slice(to)}`, name)
}

it('every occurrence of a text is a match, whatever its case', () => {
  expect(marked('hall/Lamp-lamp2', { text: 'lamp' })).toBe('[Lamp]-[lamp]2')
  expect(marked('hall/Lamp-lamp2', { text: 'lamp', matchCase: true })).toBe('Lamp-[lamp]2')
  expect(marked('hall/door', { text: 'lamp' })).toBe('door')
})

it('a match across levels is marked in each of them', () => {
  expect(marked('plant/line1', { text: 'ant/li' })).toBe('[li]ne1')
  expect(marked('plant', { text: 'ant/li' })).toBe('plant')
  expect(marked('plant/line1', { text: 'ant/li' }, true)).toBe('pl[ant/li]ne1')
})

it('a topic filter marks the levels that it names', () => {
  const filter = { mode: 'wildcard', text: 'plant/+/CELL/#' } as const
  expect(marked('plant', filter)).toBe('[plant]')
  expect(marked('plant/line1', filter)).toBe('line1')
  expect(marked('plant/line1/cell', filter)).toBe('[cell]')
  expect(marked('plant/line1/cell/plant', filter)).toBe('plant')
  expect(marked('plant/line1/cell/x', filter, true)).toBe('[plant]/line1/[cell]/x')
})

it('a regular expression marks its first match', () => {
  expect(marked('plant/area1/area2', { mode: 'regex', text: 'area\\d' }, true)).toBe('plant/[area1]/area2')
  expect(marked('plant/area1', { mode: 'regex', text: 'x*' })).toBe('area1')
})

it('a filter over values marks no names', () => {
  expect(marked('hall/lamp', { text: 'lamp', scope: 'values' })).toBe('lamp')
})
