import { expect, it, vi } from 'vitest'
import { compileFilter } from '../../shared/topic'
import { looksOf, SubscriptionMarks } from './subscription-marks'

it('marks a topic with each subscription that matches and has a colour or an alias, in their order', () => {
  const marks = new SubscriptionMarks([
    { filter: '#' },
    { filter: 'plant/+/temp', colour: 'red', alias: 'Temperatures' },
    { filter: '$share/g/plant/#', alias: 'Plant' },
    { filter: 'office/#', colour: 'blue', alias: ' ' }
  ])
  expect(marks.of('plant/1/temp')).toEqual([
    { filter: 'plant/+/temp', colour: 'red', name: 'Temperatures', title: 'Temperatures (plant/+/temp)' },
    { filter: '$share/g/plant/#', colour: null, name: 'Plant', title: 'Plant ($share/g/plant/#)' }
  ])
  expect(marks.of('office')).toEqual([
    { filter: 'office/#', colour: 'blue', name: 'office/#', title: 'office/#' }
  ])
  expect(marks.of('garden')).toEqual([])
})

it('matches a topic once, however often it is shown, and remembers a bounded number of them', () => {
  const matched = vi.fn((_topic: string) => true)
  const marks = new SubscriptionMarks([{ filter: 'a/#', colour: 'red' }], () => matched)
  for (let time = 0; time < 1_000; time++) marks.of('a/b')
  expect(matched).toHaveBeenCalledTimes(1)
  for (let topic = 0; topic < 20_000; topic++) marks.of(`a/${topic}`)
  expect(matched).toHaveBeenCalledTimes(20_001)
  const plain = vi.fn(compileFilter)
  new SubscriptionMarks([{ filter: '#' }], plain).of('a')
  expect(plain).not.toHaveBeenCalled()
})

it('takes the look of the profile for its filters, and of the connection for those added by hand', () => {
  const stored = [{ filter: 'a', alias: 'Stored' }, { filter: 'b' }]
  const live = [
    { filter: 'a', alias: 'Older' },
    { filter: 'b', alias: 'Older' },
    { filter: 'c', colour: 'green' as const }
  ]
  expect(looksOf(stored, live)).toEqual([...stored, live[2]])
  const made = { filter: 'one/#', template: '{{site}}/#', alias: 'Older' }
  expect(looksOf([{ filter: '{{site}}/#', alias: 'Site' }], [made])).toEqual([
    { filter: 'one/#', alias: 'Site' }
  ])
})
