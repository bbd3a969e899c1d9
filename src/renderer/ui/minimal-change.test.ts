import { expect, it } from 'vitest'
import { minimalChange } from './minimal-change'

it.each([
  ['', 'abc'],
  ['abc', ''],
  ['{"t":21.4}', '{"t":21.5}'],
  ['aaa', 'aaaa'],
  ['aaaa', 'aaa'],
  ['abcabc', 'abc'],
  ['same start', 'same end']
])('makes %j into %j', (before, after) => {
  const change = minimalChange(before, after)!
  expect(before.slice(0, change.from) + change.insert + before.slice(change.to)).toBe(after)
})

it('replaces only what differs', () => {
  expect(minimalChange('{"t":21.4,"u":1}', '{"t":21.5,"u":1}')).toEqual({ from: 8, to: 9, insert: '5' })
  expect(minimalChange('same', 'same')).toBeNull()
})
