import { describe, expect, it } from 'vitest'
import { schemaOffer } from './schema-offer'

const order = {
  required: ['count'],
  properties: {
    unit: { $ref: 'unit.json#/$defs/unit' },
    count: { type: 'integer', title: 'How many' },
    urgent: { type: 'boolean' },
    note: { type: ['string', 'null'] },
    label: { type: 'string' },
    at: { $ref: '#/$defs/place' },
    lines: { type: 'array', items: { allOf: [{ $ref: '#/$defs/place' }, { properties: { 'a"b': {} } }] } },
    pair: { type: 'array', prefixItems: [{ const: 'x' }, { enum: [1, 2] }] },
    never: false
  },
  additionalProperties: { enum: ['other'] },
  $defs: {
    place: { type: 'object', properties: { room: {}, floor: { anyOf: [{ $ref: '#/$defs/place' }, {}] } } }
  }
}
const unit = { $defs: { unit: { enum: ['kg', 'kilo', 7] } } }
const lookup = (name: string): unknown => (name === 'unit.json' ? unit : undefined)

/** What the text is with the first completion at the cursor `|`, and the labels of all. */
function completed(
  marked: string,
  { schema = order, isAsked = false }: { schema?: unknown; isAsked?: boolean } = {}
) {
  const cursor = marked.indexOf('|')
  const text = marked.replace('|', '')
  const offer = schemaOffer(text, cursor, schema, lookup, isAsked)
  if (!offer) return null
  const [first] = offer.options
  const { caret = first?.text.length ?? 0 } = first ?? {}
  const put = first && `${first.text.slice(0, caret)}|${first.text.slice(caret)}`
  return [
    put === undefined ? null : text.slice(0, offer.from) + put + text.slice(offer.to),
    offer.options.map((option) => option.label ?? option.text)
  ]
}

describe('a schema offers', () => {
  it('the properties of an object, first those it must have, without those it has', () => {
    expect(completed('{"|')).toEqual([
      '{"count": |',
      ['count', 'unit', 'urgent', 'note', 'label', 'at', 'lines', 'pair']
    ])
    expect(completed('{ "count": 1, "la|" }')).toEqual(['{ "count": 1, "label": "|" }', ['label']])
    expect(completed('{ u| }')).toEqual(['{ "unit": | }', ['unit', 'urgent', 'count']])
    expect(completed('{ "at": {"| } }')![1]).toEqual(['room', 'floor'])
    expect(completed('{ "at": { "floor": { "floor": { "r|"')).toEqual([
      '{ "at": { "floor": { "floor": { "room": |',
      ['room', 'floor']
    ])
    expect(completed('{ "lines": [1, { "| }')![1]).toEqual(['room', 'floor', 'a\\"b'])
    expect(completed('{"l|\n "unit": 1}')![0]).toBe('{"label": "|",\n "unit": 1}')
    // The name of a property that has its value.
    expect(completed('{"la|el": "x"}')![0]).toBe('{"label"|: "x"}')
  })

  it('the values of a property', () => {
    expect(completed('{"unit":|')).toEqual(['{"unit":"kg"|', ['"kg"', '"kilo"', '7']])
    expect(completed('{"unit": "ki|"}')).toEqual(['{"unit": "kilo"|}', ['"kilo"']])
    expect(completed('{"urgent": f|}')).toEqual(['{"urgent": false|}', ['false']])
    expect(completed('{"note": |')![1]).toEqual(['null'])
    expect(completed('{"pair": ["x", |]}', { isAsked: true })![1]).toEqual(['1', '2'])
    expect(completed('{"more": "|')![1]).toEqual(['"other"'])
  })

  it('both beside expressions', () => {
    expect(completed('{"count": {{$random 1 9}}, "at": {"f|')![0]).toBe(
      '{"count": {{$random 1 9}}, "at": {"floor": {|}'
    )
    expect(completed('{"label": "{{a "b"}}", "unit": "ki|"}')![1]).toEqual(['"kilo"'])
  })

  it('nothing where nothing is being typed, unless it is asked', () => {
    for (const none of [
      '|',
      '{|',
      '{"unit": "kg"|}',
      '{"unit": "kg"}|',
      '{"count": 1, |}',
      '[|',
      '{"a" |',
      '{"count": 12|}'
    ])
      expect(completed(none)?.[1] ?? [], none).toEqual([])
    expect(completed('{ | }', { isAsked: true })![1]).toHaveLength(8)
    expect(completed('{"count": 1, |}', { isAsked: true })![1]).toContain('urgent')
  })

  it('nothing endless for a schema that refers to itself, or is not one', () => {
    const endless = { $ref: '#', allOf: [{ $ref: '#' }], properties: { a: { $ref: '#' } } }
    expect(completed('{"a": {"|', { schema: endless })![1]).toEqual(['a'])
    for (const schema of [null, true, [], { properties: 1, $ref: '#/%' }, { $ref: 'nothing.json#/x' }])
      expect(completed('{"|', { schema })![1]).toEqual([])
    const wide = { properties: Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`p${at}`, {}])) }
    expect(completed('{"|', { schema: wide })![1]).toHaveLength(100)
  })
})
