import { expect, it } from 'vitest'
import { compareNatural } from './natural-order'

it('orders numbers in names by their value', () => {
  const names = ['line10', 'line2', 'line1', 'line02', 'a', '', '10', '9', 'line2b', 'line2a3', 'line2a20']
  expect(names.sort(compareNatural)).toEqual([
    '',
    '9',
    '10',
    'a',
    'line1',
    'line02',
    'line2',
    'line2a3',
    'line2a20',
    'line2b',
    'line10'
  ])
})

it('is a total order: only equal names compare as equal, and swapping them flips the sign', () => {
  const names = [
    '1',
    '01',
    '001',
    'a1',
    'a01',
    'a1b',
    'a01b',
    '٣',
    'é',
    'e',
    'Z',
    'z',
    '1'.repeat(40),
    '1'.repeat(39) + '2'
  ]
  for (const a of names) {
    for (const b of names) {
      expect(Math.sign(compareNatural(a, b)) + Math.sign(compareNatural(b, a))).toBe(0)
      expect(compareNatural(a, b) === 0).toBe(a === b)
    }
  }
})
