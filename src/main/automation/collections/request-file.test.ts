import { describe, expect, it } from 'vitest'
import { cpuTimeOf } from '../../cpu-time.fixture'
import { emptyRequest, type SavedRequest } from '../../../shared/contract/collections'
import { readRequest, writeRequest } from './request-file'
import { readSettings, writeSettings } from './settings-file'

const written = `# The lamp above the table
name: Lamp on # as on the switch
order: 2
topic: home/{{room}}/lamp/set
payload: |
  { "on": true }
format: json

x-owner: ops # kept
qos: 1
script: sign.script.js
properties:
  # shown in the log
  contentType: application/json
  messageExpiry: 60
  correlationData: { hex: 00ff }
  userProperties:
    - [unit, C] # first
    - [unit, F]
`
const lamp: SavedRequest = {
  ...emptyRequest,
  topic: 'home/{{room}}/lamp/set',
  payload: '{ "on": true }\n',
  format: 'json',
  encode: null,
  qos: 1,
  retain: false,
  script: 'sign.script.js',
  properties: {
    payloadFormat: 'none',
    contentType: 'application/json',
    messageExpiry: '60',
    responseTopic: '',
    correlation: { as: 'hex', text: '00ff' },
    userProperties: [
      { name: 'unit', value: 'C' },
      { name: 'unit', value: 'F' }
    ]
  }
}
const faultsOf = (text: string) =>
  readRequest('a.yaml', text).faults.map(({ code, line, key, warning }) => ({
    ...{ code, line, key },
    ...(warning && { warning })
  }))

describe('reading a message', () => {
  it('knows every key, and reports others without refusing the file', () => {
    const { name, order, request, faults } = readRequest('lamp.yaml', written)
    expect({ name, order, request }).toEqual({ name: 'Lamp on', order: 2, request: lamp })
    expect(faults).toEqual([
      { file: 'lamp.yaml', line: 9, warning: true, code: 'UNKNOWN_KEY', key: 'x-owner', detail: '' }
    ])
  })

  it('knows how a payload is encoded, and writes it back as it was, or changed', () => {
    const short = 'topic: a\nencode: cbor # small\n'
    expect(readRequest('a.yaml', short).request?.encode).toEqual({ format: 'cbor' })
    const long = 'topic: a\nencode: { format: protobuf, schema: plant.proto, type: plant.Reading }\n'
    const { request } = readRequest('a.yaml', long)
    expect(request?.encode).toEqual({ format: 'protobuf', schema: 'plant.proto', type: 'plant.Reading' })
    expect(writeRequest(short, { request: request! })).toBe(
      'topic: a\nencode: { format: protobuf, schema: plant.proto, type: plant.Reading }\n'
    )
    expect(writeRequest(long, { request: { ...request!, encode: null, format: 'json' } })).toBe(
      'topic: a\nformat: json\n'
    )
    expect(writeRequest(short, { request: { ...request!, encode: { format: 'cbor' }, qos: 1 } })).toBe(
      'topic: a\nencode: cbor # small\nqos: 1\n'
    )
    expect(faultsOf('topic: a\nencode: bson')).toEqual([{ code: 'WRONG_TYPE', line: 2, key: 'encode' }])
  })

  it('takes a topic alone, and numbers and truth values as they are written', () => {
    expect(readRequest('a.yaml', 'topic: a').request).toEqual({ ...emptyRequest, topic: 'a' })
    expect(readRequest('a.yaml', 'topic: a\npayload: 21.5').request?.payload).toBe('21.5')
    expect(readRequest('a.yaml', 'topic: a\npayload: true').request?.payload).toBe('true')
  })

  it('says in which line a file is wrong', () => {
    expect(faultsOf('topic: a\npayload: "b')).toMatchObject([{ code: 'NOT_YAML', line: 2 }])
    expect(faultsOf('topic: a\n\tqos: 1')).toMatchObject([{ code: 'NOT_YAML', line: 2 }])
    expect(faultsOf('- a')).toMatchObject([{ code: 'NOT_A_MAP', line: 1 }])
    expect(faultsOf('qos: 1')).toMatchObject([{ code: 'NO_TOPIC', line: null }])
    expect(faultsOf('')).toMatchObject([{ code: 'NO_TOPIC' }])
    expect(faultsOf('topic: a\nqos: 3\nretain: yes\nformat: xml')).toEqual([
      { code: 'WRONG_TYPE', line: 2, key: 'qos' },
      { code: 'WRONG_TYPE', line: 3, key: 'retain' },
      { code: 'WRONG_TYPE', line: 4, key: 'format' }
    ])
    expect(faultsOf('topic: a\nproperties:\n  userProperties: {a: b}\n  colour: red')).toEqual([
      { code: 'WRONG_TYPE', line: 3, key: 'userProperties' },
      { code: 'UNKNOWN_KEY', line: 4, key: 'properties.colour', warning: true }
    ])
    expect(faultsOf('topic: a\ntopic: b')).toMatchObject([{ code: 'NOT_YAML', line: 2 }])
    expect(faultsOf('topic: a\n__proto__: b\nconstructor: c').map(({ code }) => code)).toEqual([
      'UNKNOWN_KEY',
      'UNKNOWN_KEY'
    ])
  })
})

describe('a hostile file', () => {
  const laughs = Array.from(
    { length: 12 },
    (_, level) => `a${level}: &a${level} [${`${level === 0 ? 'ha' : `*a${level - 1}`}, `.repeat(9)}]`
  ).join('\n')

  it.each([
    ['aliases that explode', `${laughs}\ntopic: a\nproperties: { userProperties: *a11 }`, 'ALIASES'],
    ['a cycle', 'topic: a\nproperties:\n  userProperties: &a [*a]', 'ALIASES'],
    ['a cycle at the root', '&a\ntopic: *a', 'ALIASES'],
    ['deep nesting', `topic: ${'['.repeat(40_000)}`, 'TOO_DEEP'],
    ['deep nesting that is closed', `topic: ${'['.repeat(20_000)}${']'.repeat(20_000)}`, 'TOO_DEEP'],
    [
      'many keys',
      `topic: a\n${Array.from({ length: 7_000 }, (_, i) => `k${i}: 1`).join('\n')}`,
      'UNKNOWN_KEY'
    ],
    ['the same key', 'topic: a\n'.repeat(7_000), 'NOT_YAML'],
    ['more keys', 'topic: a\n'.repeat(100_000), 'TOO_LONG'],
    ['nothing but dashes', '- '.repeat(20_000), 'TOO_DEEP'],
    ['more dashes', '- '.repeat(500_000), 'TOO_DEEP'],
    ['indents', Array.from({ length: 1_400 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'), 'TOO_DEEP'],
    ['bytes', String.fromCharCode(...Array.from({ length: 60_000 }, (_, i) => i % 256)), 'NOT_A_MAP']
  ])('with %s is a fault, in time', async (_name, text, code) => {
    const read = (): void =>
      expect(readRequest('a.yaml', text).faults.map((fault) => fault.code)).toContain(code)
    expect(await cpuTimeOf(read)).toBeLessThan(4_000)
  })
})

describe('writing a message', () => {
  it('changes nothing that is the same', () => {
    expect(writeRequest(written, { request: lamp, name: 'Lamp on', order: 2 })).toBe(written)
  })

  it('keeps comments, unknown keys and the place of the others', () => {
    const text = writeRequest(written, {
      name: 'Lamp off',
      request: {
        ...lamp,
        payload: '{ "on": false }',
        qos: 0,
        retain: true,
        properties: { ...lamp.properties, contentType: '', messageExpiry: '{{expiry}}' }
      }
    })
    expect(text).toBe(
      written
        .replace('Lamp on', 'Lamp off')
        .replace('payload: |\n  { "on": true }\n', 'payload: \'{ "on": false }\'\n')
        .replace('qos: 1', 'qos: 0')
        .replace('  contentType: application/json\n', '')
        .replace('messageExpiry: 60', 'messageExpiry: "{{expiry}}"')
        .concat('retain: true\n')
    )
  })

  it('keeps indents, brackets and line ends as they are written', () => {
    const text =
      'topic: a\r\nmine:\r\n    - {a: 1}\r\n    - [ 2,  3 ]\r\nproperties:\r\n    contentType: b\r\n'
    const { request } = readRequest('', text)
    expect(writeRequest(text, { request: { ...request!, topic: 'c' } })).toBe(
      text.replace('topic: a', 'topic: c').replace('2,  3', '2, 3')
    )
    const flat = 'topic: a\nmine:\n- 1\n'
    expect(writeRequest(flat, { order: 1 })).toBe(`${flat}order: 1\n`)
  })

  it('makes a new file that a person can read', () => {
    expect(writeRequest('', { name: 'Lamp', order: 1, request: { ...lamp, retain: true } })).toBe(`name: Lamp
order: 1
topic: home/{{room}}/lamp/set
payload: |
  { "on": true }
format: json
qos: 1
retain: true
script: sign.script.js
properties:
  contentType: application/json
  messageExpiry: 60
  correlationData: { hex: 00ff }
  userProperties:
    - [unit, C]
    - [unit, F]
`)
  })

  it('does not touch a file with a fault, of which something would be lost', () => {
    for (const text of ['topic: "a', 'topic: a\nqos: 3\n', '- a', 'name: no topic\n']) {
      expect(writeRequest(text, { order: 1 })).toBeNull()
      expect(writeRequest(text, { request: lamp })).toBeNull()
    }
    for (const text of ['variables:\n  a: [1]\n  b: 2\n', 'name: "a', 'environments: 1\n'])
      expect(writeSettings(text, { name: 'n', variables: [], environments: [] }, false)).toBeNull()
  })

  it('reads back every text as it was', () => {
    const pieces = [
      'a',
      ' ',
      '\n',
      '\r',
      '\t',
      '#',
      ':',
      '- ',
      '"',
      "'",
      '{{',
      '|',
      '\0',
      '\u0085',
      '\u2028',
      '💡',
      '\ufeff',
      '~',
      '1',
      '\\'
    ]
    let seed = 11
    const next = (most: number): number => (seed = (seed * 48_271) % 2_147_483_647) % most
    for (let times = 0; times < 1_500; times++) {
      const text = (): string => Array.from({ length: next(9) }, () => pieces[next(pieces.length)]).join('')
      const request: SavedRequest = {
        ...emptyRequest,
        topic: text(),
        payload: text(),
        properties: {
          ...emptyRequest.properties,
          contentType: text(),
          correlation: { as: 'text', text: text() },
          userProperties: [{ name: text(), value: text() }]
        }
      }
      const file = writeRequest(times % 2 === 0 ? '' : written.replace('qos: 1', ''), { name: 'n', request })!
      const read = readRequest('', file)
      expect(read.request, file).toEqual(request)
      expect(writeRequest(file, { request }), file).toBe(file)
    }
  })
})

describe('the file of a collection', () => {
  const settings = `name: Plant
variables:
  room: kitchen # the big one
  port: 1883
  token: { secret: true }
  key: { env: PLANT_KEY }
environments:
  # in the cellar
  Lab:
    room: lab
  Plant: {}
`

  it('holds variables and environments, and never a secret', () => {
    const { name, variables, environments, faults } = readSettings('collection.yaml', settings, false)
    expect({ name, faults }).toEqual({ name: 'Plant', faults: [] })
    expect(variables).toEqual([
      { name: 'room', kind: 'text', value: 'kitchen' },
      { name: 'port', kind: 'text', value: '1883' },
      { name: 'token', kind: 'secret', value: '' },
      { name: 'key', kind: 'env', value: 'PLANT_KEY' }
    ])
    expect(environments).toEqual([
      { name: 'Lab', variables: [{ name: 'room', kind: 'text', value: 'lab' }] },
      { name: 'Plant', variables: [] }
    ])
  })

  it('keeps what a person wrote around what changes', () => {
    const { variables, environments } = readSettings('', settings, false)
    expect(writeSettings(settings, { name: 'Plant', variables, environments }, false)).toBe(settings)
    const text = writeSettings(
      settings,
      {
        variables: [{ name: 'room', kind: 'text', value: 'den' }, ...variables.slice(2)],
        environments: [
          environments[0]!,
          { name: 'New', variables: [{ name: 'a', kind: 'text', value: '1' }] }
        ]
      },
      false
    )
    expect(text).toBe(`name: Plant
variables:
  room: den # the big one
  token: { secret: true }
  key: { env: PLANT_KEY }
environments:
  # in the cellar
  Lab:
    room: lab
  New:
    a: "1"
`)
    expect(readSettings('', writeSettings('', { name: 'x', variables }, false)!, false).variables).toEqual(
      variables
    )
  })

  it('says what is wrong with a variable, and in which line', () => {
    const { faults } = readSettings(
      'collection.yaml',
      'variables:\n  a: [1]\n  b: { secret: hunter2 }\ncolour: red',
      false
    )
    expect(faults.map(({ code, line, key }) => [code, line, key])).toEqual([
      ['WRONG_TYPE', 2, 'variables.a'],
      ['WRONG_TYPE', 3, 'variables.b'],
      ['UNKNOWN_KEY', 4, 'colour']
    ])
  })
})
