import { expect, it } from 'vitest'
import { recordedUserProperties, userPropertiesOf } from './user-properties'

const pairs = (text: string) =>
  text === ''
    ? []
    : text.split(' ').map((pair) => ({ name: pair.split('=')[0]!, value: pair.split('=')[1]! }))

it.each([
  ['', {}],
  ['a=1 b=2', { userProperties: { a: '1', b: '2' } }],
  ['a=1 a=3 b=2', { userProperties: { a: ['1', '3'], b: '2' } }],
  ['a=1 b=2 a=3', { userProperties: { a: ['1', '3'], b: '2' }, userPropertyOrder: ['a', 'b', 'a'] }],
  ['b=1 2=x 1=y', { userProperties: { 1: 'y', 2: 'x', b: '1' }, userPropertyOrder: ['b', '2', '1'] }],
  ['a= b= a=', { userProperties: { a: ['', ''], b: '' }, userPropertyOrder: ['a', 'b', 'a'] }]
])('records the user properties “%s” so that their order can be read back', (text, recorded) => {
  expect(recordedUserProperties(pairs(text))).toEqual(recorded)
  const kept = JSON.parse(JSON.stringify(recorded)) as typeof recorded
  expect(userPropertiesOf(kept)).toEqual(pairs(text))
})

it('keeps every name, also those that objects have by themselves', () => {
  const sent = [
    { name: '__proto__', value: '1' },
    { name: 'constructor', value: '2' },
    { name: '__proto__', value: '3' }
  ]
  expect(userPropertiesOf(recordedUserProperties(sent))).toEqual(sent)
})

it('reads properties without an order, and those whose order does not fit', () => {
  const userProperties = { a: ['1', '3'], b: '2' }
  expect(userPropertiesOf(null)).toEqual([])
  expect(userPropertiesOf({ userProperties })).toEqual(pairs('a=1 a=3 b=2'))
  expect(userPropertiesOf({ userProperties, userPropertyOrder: ['b', 'x', 'b', 'a'] })).toEqual(
    pairs('b=2 a=1 a=3')
  )
  expect(userPropertiesOf({ userProperties, userPropertyOrder: 5 as never })).toEqual(pairs('a=1 a=3 b=2'))
})
