import { expect, it } from 'vitest'
import { draftOf, durationText, secondsOf } from './expiry'

it.each([
  [null, { never: true, amount: 1, unit: 3_600 }],
  [7_200, { never: false, amount: 2, unit: 3_600 }],
  [90, { never: false, amount: 90, unit: 1 }],
  [172_800, { never: false, amount: 2, unit: 86_400 }],
  [3_584, { never: false, amount: 1, unit: 3_600 }],
  [0, { never: false, amount: 0, unit: 1 }]
] as const)('%s seconds are typed in the largest unit that divides them', (seconds, draft) => {
  expect(draftOf(seconds)).toEqual(draft)
})

it('what is typed is a whole number of units, within what MQTT can say', () => {
  expect(secondsOf({ never: false, amount: 2, unit: 60 })).toBe(120)
  expect(secondsOf({ never: true, amount: NaN, unit: 60 })).toBeNull()
  for (const amount of [0, -1, 1.5, NaN, 49_711])
    expect(secondsOf({ never: false, amount, unit: 86_400 })).toBeUndefined()
  expect(secondsOf({ never: false, amount: 49_710, unit: 86_400 })).toBe(4_294_944_000)
})

it.each([
  [0, '0 s'],
  [59, '59 s'],
  [125, '2 min 5 s'],
  [3_600, '1 h'],
  [90_061, '1 d 1 h']
])('%d s read %s', (seconds, text) => {
  expect(durationText(seconds)).toBe(text)
})
