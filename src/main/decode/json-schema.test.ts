import { describe, expect, it } from 'vitest'
import catalogue from '../../../messages/en/schema.json'
import type { SchemaViolation } from '../../shared/contract/decode'
import { schemaWords } from '../../shared/schema-words'
import { Decoders } from './decoders'
import { jsonSchema } from './json-schema'
import { extentOf } from './schema-extent'
import { SchemaFiles } from './schema-files'

const files = (all: Record<string, unknown>): SchemaFiles =>
  new SchemaFiles(
    Object.entries(all).map(([name, content]) => ({
      name,
      bytes: Buffer.from(typeof content === 'string' ? content : JSON.stringify(content))
    }))
  )

const schemaSentence = (violation: SchemaViolation): string =>
  schemaWords(violation, (message, values) =>
    catalogue[message].replace(/\{(\w+)\}/g, (_whole, name: string) => values[name]!)
  )

const found = (schema: unknown, value: unknown): string[] =>
  jsonSchema(schema)
    .violations(value)
    .map(({ path, keyword, detail }) => [path, keyword, detail].filter(Boolean).join(' '))

describe('a JSON Schema', () => {
  it.each([
    [{ type: 'integer' }, 1.5, ['type integer'], 'must be of type integer'],
    [{ type: ['string', 'null'] }, 1, ['type string, null'], 'must be of type string, null'],
    [{ required: ['on'] }, {}, ['required on'], 'the property on is missing'],
    [{ enum: ['on', 2] }, 3, ['enum "on", 2'], 'must be one of "on", 2'],
    [{ const: { a: 1 } }, 3, ['const {"a":1}'], 'must be {"a":1}'],
    [{ const: [1, 2] }, 3, ['const [1,2]'], 'must be [1,2]'],
    [{ minimum: 2 }, 1, ['minimum 2'], 'must be at least 2'],
    [{ exclusiveMaximum: 0 }, 1, ['exclusiveMaximum 0'], 'must be less than 0'],
    [{ multipleOf: 2 }, 1, ['multipleOf 2'], 'must be a multiple of 2'],
    [{ pattern: '^a$' }, 'b', ['pattern ^a$'], 'must match the pattern ^a$'],
    [{ maxLength: 1 }, 'ab', ['maxLength 1'], 'must have at most 1 characters'],
    [{ prefixItems: [true], items: false }, [1, 2], ['items 1'], 'must have at most 1 items'],
    [{ contains: { type: 'null' } }, [], ['contains 1'], 'must contain at least 1 items that fit'],
    [{ uniqueItems: true }, [1, 1], ['uniqueItems'], 'must not contain the same item twice'],
    [{ additionalProperties: false }, { b: 1 }, ['additionalProperties b'], 'must not have the property b'],
    [{ propertyNames: { maxLength: 0 } }, { b: 1 }, ['maxLength 0', 'propertyNames b'], 'must have at most'],
    [
      { dependentRequired: { a: ['b'] } },
      { a: 1 },
      ['dependentRequired b'],
      'the property b is missing, which'
    ],
    [{ not: {} }, 1, ['not'], 'is what the schema excludes'],
    [false, 1, ['false schema'], 'must not be there'],
    [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, 1, ['anyOf'], 'fits none of the alternatives'],
    [{ oneOf: [{ minimum: 1 }, { minimum: 2 }] }, 3, ['oneOf'], 'must fit exactly one of the alternatives'],
    [{ if: true, then: { minimum: 4 } }, 3, ['minimum 4'], 'must be at least 4'],
    [{ if: true, then: false }, 3, ['false schema'], 'must not be there']
  ])('%j finds what is wrong with %j', (schema, value, violations, sentence) => {
    expect(found(schema, value)).toEqual(violations)
    expect(schemaSentence(jsonSchema(schema).violations(value)[0]!)).toContain(sentence)
  })

  it('names the value by its JSON Pointer, and tells at most 20 violations', () => {
    const schema = { additionalProperties: { items: { type: 'integer' } } }
    expect(found(schema, { 'a/b': [1, 'x'] })).toEqual(['/a~1b/1 type integer'])
    expect(found(schema, { a: Array(30).fill('x') })).toHaveLength(20)
    expect(jsonSchema(schema).violations({ a: ['x', 'y'] }, { first: true })).toHaveLength(1)
  })

  it('is read as the draft that it names', () => {
    const pair = { items: [{ type: 'string' }], additionalItems: false }
    for (const draft of ['draft-07', 'draft-06', 'draft-04'])
      expect(found({ $schema: `http://json-schema.org/${draft}/schema#`, ...pair }, ['a', 1])).toEqual([
        'additionalItems 1'
      ])
    expect(
      found(
        { $schema: 'https://json-schema.org/draft/2019-09/schema', dependentRequired: { a: ['b'] } },
        { a: 1 }
      )
    ).toEqual(['dependentRequired b'])
    expect(() => jsonSchema(pair)).toThrow('items must be object,boolean')
    expect(
      found({ $schema: 'http://json-schema.org/draft-04/schema', id: 'http://x/y', type: 'null' }, 1)
    ).toEqual(['type null'])
  })

  it('has words for each keyword that has a message', () => {
    for (const key of Object.keys(catalogue)) {
      const keyword = key.replace('schema_rule_', '')
      if (keyword === key || keyword === 'other') continue
      expect(schemaSentence({ path: '', keyword, detail: 'D' })).not.toMatch(/^breaks/)
    }
    expect(schemaSentence({ path: '', keyword: 'newest', detail: 'D' })).toBe('breaks the rule “newest” D')
  })
})

describe('the extent of a schema', () => {
  it('is how many schemas it has with all that it refers to', () => {
    const unit = { enum: ['kg'] }
    expect(extentOf({ properties: { a: { type: 'string' }, b: { pattern: '^[A-Z]{3}-\\d+$' } } })).toBe(4)
    const twice = {
      $defs: { unit },
      properties: { a: { $ref: '#/$defs/unit' }, b: { $ref: '#/$defs/unit' } }
    }
    expect(extentOf(twice)).toBe(extentOf({ ...twice, properties: { a: {}, b: {} } }) + 2 * extentOf(unit))
    // Each refers twice to the next one: 2^40 ways.
    const chain = Object.fromEntries(
      Array.from({ length: 40 }, (_, at) => [
        `d${at}`,
        { anyOf: [{ $ref: `#/$defs/d${at + 1}` }, { $ref: `#/$defs/d${at + 1}` }] }
      ])
    )
    expect(extentOf({ $ref: '#/$defs/d0', $defs: { ...chain, d40: {} } })).toBeGreaterThan(2 ** 40)
  })

  it.each([
    { $ref: '#' },
    { properties: { a: { $ref: '#/properties/a' } } },
    { $ref: 'other.json' },
    { $ref: '#/nowhere' },
    { pattern: '^(a+)+$' },
    { pattern: '(a|a){2,}b*' },
    { pattern: '^(a|a)*$' },
    { pattern: `^${'(a|a)'.repeat(40)}b$` },
    { pattern: `^${'a?'.repeat(40)}${'a'.repeat(40)}$` },
    { pattern: '(?=a)' },
    { items: { uniqueItems: true } },
    { patternProperties: {} },
    { $dynamicRef: '#x' },
    { properties: { a: { $id: 'inner.json' } } }
  ])('has no end for %j', (schema) => {
    expect(extentOf(schema)).toBe(Infinity)
  })
})

describe('the schema library', () => {
  const order = {
    title: 'Order',
    properties: { unit: { $ref: 'unit.json#/$defs/unit' }, count: { minimum: 1 } }
  }
  const unit = { $defs: { unit: { enum: ['kg', 'm'] } } }
  const decoders = (all: Record<string, unknown>, schema = 'order.json'): Decoders =>
    new Decoders(files(all), [{ filter: 'o/#', decoder: { format: 'json', schema } }])
  const body = (of: Decoders, payload: string) =>
    of.decode('o/1', Buffer.from(payload), { format: 'auto' }).body

  it('has JSON Schemas, which refer to each other by their names', () => {
    const all = { 'order.json': order, 'unit.json': unit }
    expect(files(all).describe()).toMatchObject([
      { name: 'order.json', kind: 'json', types: ['Order'], fault: null },
      { name: 'unit.json', kind: 'json', types: [], fault: null }
    ])
    expect(body(decoders(all), '{"unit":"g","count":0}')).toEqual({
      format: 'json',
      text: '{\n  "unit": "g",\n  "count": 0\n}',
      check: {
        violations: [
          { path: '/unit', keyword: 'enum', detail: '"kg", "m"' },
          { path: '/count', keyword: 'minimum', detail: '1' }
        ],
        fault: null
      }
    })
    expect(body(decoders(all), '{"unit":"kg"}')).toMatchObject({ check: { violations: [], fault: null } })
    // Copies of one schema, and one that is broken, are no hindrance to the others.
    const id = { $id: 'https://plant.example/order.json' }
    const more = { 'a.json': id, 'b.json': { ...id, ...order }, 'c.json': { type: 'nothing' } }
    expect(body(decoders({ ...more, 'unit.json': unit }, 'b.json'), '{"count":0}')).toMatchObject({
      check: { violations: [{}] }
    })
    expect(
      files({ ...more, 'unit.json': unit })
        .describe()
        .map(({ fault }) => fault === null)
    ).toEqual([...[true, true, false, true]])
  })

  it('shows a payload although its schema is missing, broken, or refers to one that is not there', () => {
    expect(body(decoders({}), '{"a":1}')).toEqual({
      format: 'json',
      text: '{\n  "a": 1\n}',
      check: { violations: [], fault: { code: 'SCHEMA_MISSING', place: null, detail: 'order.json' } }
    })
    for (const content of ['{', '[]', '{"type":"nothing"}', JSON.stringify(order)])
      expect(body(decoders({ 'order.json': content }), '1')).toMatchObject({
        text: '1',
        check: { fault: { code: 'SCHEMA_BROKEN', detail: 'order.json' } }
      })
    const faults = files({
      'a.json': '{\n"type" 1}',
      'b.json': { type: 'nothing' },
      'c.json': order
    }).describe()
    expect(faults.map(({ fault }) => [fault?.line, fault?.message.slice(0, 40)])).toEqual([
      [2, expect.stringContaining('Expected')],
      [null, expect.stringContaining('type must be')],
      [null, expect.stringContaining("can't resolve reference unit.json")]
    ])
  })

  it('uses no schema of which a payload cannot be checked in a second, or ever', () => {
    const slow = decoders({ 'order.json': { pattern: '^(a+)+$' } })
    const broken = { format: 'json', check: { fault: { code: 'SCHEMA_BROKEN' } } }
    expect(body(slow, `"${'a'.repeat(40)}!"`)).toMatchObject(broken)
    // From then on it costs nothing.
    expect(body(slow, '"a"')).toMatchObject(broken)
    expect(body(decoders({ 'order.json': { $ref: '#' } }), '1')).toMatchObject(broken)
  })
})
