import { expect, it } from 'vitest'
import { schemaOf } from './schema-of'

it('describes types, ranges, and properties that are always there', () => {
  expect(
    schemaOf([
      { temp: 20, unit: 'C', tags: ['a', 1] },
      { temp: 21.5, unit: 'C', on: true, tags: [] },
      { temp: null, unit: 'C' }
    ])
  ).toEqual({
    type: 'object',
    properties: {
      temp: { type: ['null', 'number'], minimum: 20, maximum: 21.5 },
      unit: { type: 'string' },
      on: { type: 'boolean' },
      tags: { type: 'array', items: { type: ['integer', 'string'], minimum: 1, maximum: 1 } }
    },
    required: ['temp', 'unit']
  })
})

it('takes a few texts of many for an enumeration', () => {
  const states = Array.from({ length: 20 }, (_, index) => (index % 2 ? 'open' : 'closed'))
  expect(schemaOf(states)).toEqual({ type: 'string', enum: ['closed', 'open'] })
  expect(schemaOf(states.map((state, index) => state + index))).toEqual({ type: 'string' })
  expect(schemaOf(states.slice(0, 4))).toEqual({ type: 'string' })
})

it('stays small for names and levels without end, and takes every name as one', () => {
  const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`k${index}`, index]))
  expect(Object.keys(schemaOf([many]).properties!)).toHaveLength(200)
  let deep: unknown = 1
  for (let level = 0; level < 100; level++) deep = { a: deep }
  expect(JSON.stringify(schemaOf([deep])).split('"a"').length).toBeLessThan(30)
  const odd = JSON.parse('{"__proto__":1,"constructor":2}') as unknown
  expect(Object.keys(schemaOf([odd]).properties!)).toEqual(['__proto__', 'constructor'])
})
