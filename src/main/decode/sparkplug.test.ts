import { expect, test } from 'vitest'
import { Decoders } from './decoders'
import { SchemaFiles } from './schema-files'
import { birthNames } from './sparkplug'
import { sparkplugPayload } from './sparkplug.fixture'
import { sparkplugTopic } from './sparkplug-topic'

const decoders = new Decoders(new SchemaFiles([]), [])
const TOPIC = 'spBv1.0/Plant/NDATA/press'

/** The value view's text for a payload on a Sparkplug topic. */
function shown(content: object, birth?: object): string {
  const names = birth ? birthNames(sparkplugPayload(birth)) : null
  const { body } = decoders.decode(TOPIC, sparkplugPayload(content), { format: 'auto' }, () => names)
  if (body.format !== 'sparkplug') throw new Error(`shown as ${body.format}`)
  return body.text
}

/** A metric's value as displayed, on one line. */
function valueOf(metric: object): string {
  const text = shown({ metrics: [{ ...metric }] })
  return /"value": (.*?)\n {4}\}/s.exec(text)![1]!.replace(/\n\s*/g, ' ')
}

test('a payload is shown with its times, sequence number and metrics', () => {
  const text = shown({
    timestamp: 1_700_000_000_123,
    seq: 7,
    metrics: [
      { name: 'Temp', alias: 3, timestamp: 1_700_000_000_000, datatype: 9, float_value: 21.4 },
      { name: 'Old', datatype: 3, int_value: 5, is_historical: true, is_transient: true }
    ]
  })
  expect(JSON.parse(text)).toEqual({
    timestamp: '2023-11-14T22:13:20.123Z',
    seq: 7,
    metrics: [
      { name: 'Temp', alias: 3, type: 'Float', value: 21.4, timestamp: '2023-11-14T22:13:20.000Z' },
      { name: 'Old', type: 'Int32', value: 5, isHistorical: true, isTransient: true }
    ]
  })
})

test('integers are exact and signed according to their types', () => {
  expect(valueOf({ datatype: 1, int_value: 0xffffffff })).toBe('-1')
  expect(valueOf({ datatype: 1, int_value: 0xff })).toBe('-1')
  expect(valueOf({ datatype: 2, int_value: 0xffff8000 })).toBe('-32768')
  expect(valueOf({ datatype: 3, int_value: 0x80000000 })).toBe('-2147483648')
  expect(valueOf({ datatype: 7, int_value: 0xffffffff })).toBe('4294967295')
  expect(valueOf({ datatype: 7, long_value: 4294967295 })).toBe('4294967295')
  expect(valueOf({ datatype: 4, long_value: '18446744073709551615' })).toBe('-1')
  expect(valueOf({ datatype: 4, long_value: '9223372036854775807' })).toBe('9223372036854775807')
  expect(valueOf({ datatype: 8, long_value: '18446744073709551615' })).toBe('18446744073709551615')
})

test('other scalars are shown according to their types', () => {
  expect(valueOf({ datatype: 9, float_value: 0.1 })).toBe('0.1')
  expect(valueOf({ datatype: 9, float_value: NaN })).toBe('NaN')
  expect(valueOf({ datatype: 10, double_value: 0.1 + 0.2 })).toBe('0.30000000000000004')
  expect(valueOf({ datatype: 11, boolean_value: true })).toBe('true')
  expect(valueOf({ datatype: 12, string_value: '温度 "x"' })).toBe('"温度 \\"x\\""')
  expect(valueOf({ datatype: 13, long_value: 1_700_000_000_000 })).toBe('"2023-11-14T22:13:20.000Z"')
  expect(valueOf({ datatype: 13, long_value: '18446744073709551615' })).toBe('18446744073709551615')
  expect(valueOf({ datatype: 17, bytes_value: Buffer.of(1, 255) })).toBe("h'01ff'")
  expect(valueOf({ datatype: 3, is_null: true })).toBe('null')
  expect(valueOf({ datatype: 99, int_value: 4 })).toBe('4')
})

test('arrays are lists of their items', () => {
  const array = (datatype: number, hex: string): string =>
    valueOf({ datatype, bytes_value: Buffer.from(hex, 'hex') })
  expect(array(22, 'ef7b')).toBe('[ -17, 123 ]')
  expect(array(23, '308aef5d')).toBe('[ -30160, 24047 ]')
  expect(array(24, 'ffffffff01000000')).toBe('[ -1, 1 ]')
  expect(array(25, 'ffffffffffffffff')).toBe('[ -1 ]')
  expect(array(26, '17fa')).toBe('[ 23, 250 ]')
  expect(array(27, '308aef5d')).toBe('[ 35376, 24047 ]')
  expect(array(28, 'ffffffff')).toBe('[ 4294967295 ]')
  expect(array(29, 'ffffffffffffffff')).toBe('[ 18446744073709551615 ]')
  expect(array(30, 'cdcccc3d')).toBe('[ 0.1 ]')
  expect(array(31, '000000000000f83f')).toBe('[ 1.5 ]')
  expect(array(32, '0c00000034d0')).toBe(
    '[ false, false, true, true, false, true, false, false, true, true, false, true ]'
  )
  expect(array(33, '4100424300')).toBe('[ "A", "BC" ]')
  expect(array(34, '0068e5cf8b010000')).toBe('[ "2023-11-14T22:13:20.000Z" ]')
  expect(array(22, '')).toBe('[]')
})

test('data sets, templates and properties are shown with their names and types', () => {
  const text = shown({
    metrics: [
      {
        name: 'Table',
        datatype: 16,
        dataset_value: {
          num_of_columns: 2,
          columns: ['n', 't'],
          types: [3, 12],
          rows: [{ elements: [{ int_value: 0xffffffff }, { string_value: 'a' }] }, { elements: [{}, {}] }]
        }
      },
      {
        name: 'Motor 1',
        datatype: 19,
        template_value: {
          template_ref: 'Motor',
          is_definition: false,
          version: '1',
          metrics: [{ name: 'rpm', datatype: 1, int_value: 0xff }],
          parameters: [{ name: 'Index', type: 2, int_value: 0xffff }]
        },
        properties: {
          keys: ['Quality', 'units', 'more', 'list', 'none'],
          values: [
            { type: 3, int_value: 192 },
            { type: 12, string_value: 'rpm' },
            { type: 20, propertyset_value: { keys: ['a'], values: [{ type: 11, boolean_value: true }] } },
            { type: 21, propertysets_value: { propertyset: [{ keys: ['b'], values: [{ long_value: 1 }] }] } },
            { type: 3, is_null: true }
          ]
        },
        metadata: { is_multi_part: false, content_type: 'x/y', size: 3, description: 'what' }
      }
    ]
  })
  expect(JSON.parse(text)).toEqual({
    metrics: [
      {
        name: 'Table',
        type: 'DataSet',
        value: {
          columns: ['n', 't'],
          types: ['Int32', 'String'],
          rows: [
            [-1, 'a'],
            [null, null]
          ]
        }
      },
      {
        name: 'Motor 1',
        type: 'Template',
        value: {
          version: '1',
          template: 'Motor',
          isDefinition: false,
          metrics: [{ name: 'rpm', type: 'Int8', value: -1 }],
          parameters: { Index: -1 }
        },
        properties: { Quality: 192, units: 'rpm', more: { a: true }, list: [{ b: 1 }], none: null },
        metadata: { isMultiPart: false, contentType: 'x/y', size: 3, description: 'what' }
      }
    ]
  })
})

test('aliases get their names and types from a birth', () => {
  const birth = {
    metrics: [
      { name: 'Level', alias: 1, datatype: 3, int_value: 0 },
      { name: '__proto__', alias: '18446744073709551615', datatype: 12, string_value: '' }
    ]
  }
  const data = {
    metrics: [
      { alias: 1, int_value: 0xfffffffe },
      { alias: '18446744073709551615', string_value: 'x' },
      { alias: 5, boolean_value: true }
    ]
  }
  const text = shown(data, birth)
  expect(text).toContain('"name": "Level",\n      "alias": 1,\n      "type": "Int32",\n      "value": -2')
  expect(text).toContain('"name": "__proto__"')
  expect(text).toContain('"alias": 5,\n      "value": true')
})

test('a row shows metrics and their values on one line', () => {
  const payload = sparkplugPayload({
    timestamp: 1,
    metrics: [
      { name: 'Temp', float_value: 21.4, datatype: 9 },
      { alias: 7, boolean_value: true },
      { name: 'Long', string_value: 'x'.repeat(300) }
    ]
  })
  expect(decoders.preview(TOPIC, payload.subarray(0, 160), payload.length)).toEqual({
    preview: 'Temp: 21.4, #7: true',
    binary: false,
    cut: true
  })
})

test('a payload that is not Sparkplug is shown in its own format, with a fault if Sparkplug was requested', () => {
  const json = Buffer.from('{"a":1}')
  expect(decoders.decode(TOPIC, json, { format: 'auto' }).body.format).toBe('json')
  expect(decoders.decode(TOPIC, json, { format: 'sparkplug' }).body).toMatchObject({
    format: 'fault',
    fault: { code: 'MALFORMED', place: { offset: 0 } }
  })
  const cut = sparkplugPayload({ metrics: [{ name: 'abc' }] }).subarray(0, 5)
  expect(decoders.decode('any', cut, { format: 'sparkplug' }).body).toMatchObject({
    format: 'fault',
    fault: { code: 'ENDS_EARLY', place: { offset: 2 } }
  })
  expect(decoders.decode('any', sparkplugPayload({ seq: 1 }), { format: 'auto' }).body.format).not.toBe(
    'sparkplug'
  )
  expect(decoders.preview(TOPIC, json, json.length).preview).toBe('{"a":1}')
})

test('topics of the namespace are parsed', () => {
  expect(sparkplugTopic('spBv1.0/G/NBIRTH/N')).toEqual({
    type: 'NBIRTH',
    group: 'G',
    node: 'N',
    device: null
  })
  expect(sparkplugTopic('spBv1.0/G/DDATA/N/D')).toEqual({ type: 'DDATA', group: 'G', node: 'N', device: 'D' })
  expect(sparkplugTopic('spBv1.0/STATE/host')).toEqual({ type: 'STATE', host: 'host' })
  expect(sparkplugTopic('STATE/host')).toEqual({ type: 'STATE', host: 'host' })
  for (const topic of [
    'spBv1.0/G/NBIRTH/N/D',
    'spBv1.0/G/DBIRTH/N',
    'spBv1.0/G/OTHER/N',
    'spBv1.0/G/DDATA/N/D/E',
    'spBv1.0//NDATA/N',
    'spBv1.0/STATE',
    'STATE/a/b',
    'plant/x'
  ])
    expect(sparkplugTopic(topic)).toBeNull()
})
