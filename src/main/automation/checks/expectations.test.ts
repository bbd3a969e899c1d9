import { describe, expect, it, vi } from 'vitest'
import { sparkplugPayload } from '../../decode/sparkplug.fixture'
import { failureOf, folderOf } from './checks.fixture'

vi.mock('../../broker/worker?modulePath', () => ({ default: 'worker' }))

/** Publishes a message and expects one; the texts are flow maps. Resolves with what failed, or ''. */
async function match(
  published: string,
  expected: string,
  files: Record<string, string> = {}
): Promise<string> {
  const folder = folderOf({
    ...files,
    'a.test.yaml': [
      'steps:',
      '  - subscribe: { filter: "#", qos: 2 }',
      `  - publish: { topic: t, qos: 1, ${published} }`,
      `  - expect: { within: 1s, ${expected} }`
    ].join('\n')
  })
  const result = await folder.run()
  const failure = failureOf(result)
  expect(result.status).toBe(failure === '' ? 0 : 1)
  return failure
}

const json = 'payload: { temperature: 21.5, tags: [a, b], place: { room: kitchen } }'

describe('a payload is encoded', () => {
  const proto = 'syntax = "proto3"; package home; message Lamp { bool on = 1; int64 count = 2; }'
  it.each([
    ['encode: cbor, payload: { on: true }', 'hex: a1626f6ef5', ''],
    ['encode: msgpack, payload: { on: true }', 'decoded: { as: msgpack, json: { on: true } }', ''],
    [
      'encode: protobuf, schemaFile: lamp.proto, type: home.Lamp, payload: { on: true, count: "9223372036854775807" }',
      'decoded: { as: protobuf, schemaFile: lamp.proto, type: home.Lamp, text: { contains: "9223372036854775807" } }',
      ''
    ],
    [
      'request: saved.yaml',
      'decoded: { as: protobuf, schemaFile: lamp.proto, type: home.Lamp, json: { on: false } }',
      ''
    ],
    [
      'encode: sparkplug, payload: { seq: 1, metrics: [{ name: T, type: Int8, value: 300 }] }',
      'payload: x',
      'The payload cannot be encoded. metrics[0].value: the value is out of range. Int8: -128 … 127'
    ],
    ['encode: avro, payload: {}', 'payload: x', 'Choose a schema of the library']
  ])('%s', async (published, expected, failure) => {
    const folder = folderOf({
      'lamp.proto': proto,
      'saved.yaml':
        'topic: t\npayload: \'{"on": false}\'\nencode: { format: protobuf, schema: lamp.proto, type: home.Lamp }\n',
      'a.test.yaml': [
        'schemas: [lamp.proto]',
        'steps:',
        '  - subscribe: { filter: "#", qos: 2 }',
        `  - publish: { topic: t, qos: 1, ${published} }`,
        `  - expect: { within: 1s, ${expected} }`
      ].join('\n')
    })
    expect(failureOf(await folder.run())).toContain(failure)
    if (failure === '') expect(failureOf(await folder.run())).toBe('')
  })
})

describe('a message is compared', () => {
  it.each([
    ['payload: on', 'payload: on', 'payload: off', 'payload: expected "off", but it is "on"'],
    ['payload: "5"', 'payload: 5', 'payload: 6', 'expected "6"'],
    ['payload: "5"', 'payload: { gt: 4, lte: 5 }', 'payload: { lt: 5 }', 'a number less than 5'],
    [
      json,
      'json: { place: { room: kitchen } }',
      'json: { place: { room: den } }',
      'place.room: expected "den", but it is "kitchen"'
    ],
    [
      json,
      'json: { temperature: { gte: 21 } }',
      'json: { temperature: { type: string } }',
      'temperature: expected a value of type string'
    ],
    ['payload: { a: 1 }', 'jsonEquals: { a: 1 }', 'jsonEquals: {}', 'there is "a", which is not expected'],
    [
      json,
      'path: { $.tags: { length: 2 }, "$.tags[?@ == \'a\']": a }',
      'path: { "$..room": { ne: kitchen } }',
      '$..room: expected anything but "kitchen"'
    ],
    [
      json,
      'path: { "$.tags[*]": { count: 2 }, $.none: { exists: false } }',
      'path: { $.none: 1 }',
      '$.none: expected 1, but it is nothing'
    ],
    ['payload: ab12', "matches: '^[a-z]+\\d+$'", "matches: '^\\d'", 'expected a text that matches'],
    [
      'payload: 00ff10, format: hex',
      'hex: 00 ff 10',
      'hex: 00ff',
      'expected the bytes 00 ff, but they are 00 ff 10'
    ],
    [
      'payload: AP8=, format: base64',
      'base64: AP8=, size: 2',
      'size: { gt: 2 }',
      'size: expected a number greater than 2'
    ],
    [
      'payload: a163666f6f01, format: hex',
      'decoded: { as: cbor, json: { foo: 1 } }',
      'decoded: { as: cbor, path: { $.foo: 2 } }',
      '$.foo: expected 2, but it is 1'
    ],
    [
      'payload: 81a3666f6f01, format: hex',
      'decoded: { as: msgpack, jsonEquals: { foo: 1 } }',
      'decoded: { as: avro }',
      'cannot be decoded as avro: it needs a schema'
    ],
    ['payload: x, qos: 1', 'qos: 1, retain: false, dup: false', 'qos: 2', 'qos: expected 2, but it is 1'],
    [
      'payload: x, properties: { contentType: a/b }',
      'properties: { contentType: { matches: ^a } }',
      'properties: { contentType: c }',
      'contentType: expected "c", but it is "a/b"'
    ],
    [
      'payload: x, properties: { userProperties: [[a, b], [a, c]] }',
      'properties: { userProperties: [[a, c]] }',
      'properties: { userProperties: [[a, c], [a, b]] }',
      'userProperties: expected ["a","b"]'
    ],
    ['payload: x', 'topic: +', 'topic: u', 'Only other topics came: t']
  ])('%s fits %s, not %s', async (published, right, wrong, said) => {
    expect(
      await match(
        published.includes('qos:') ? published.replace('qos: 1', 'retain: false') : published,
        right
      )
    ).toBe('')
    expect(await match(published.replace(', qos: 1', ''), wrong)).toContain(said)
  })

  it('with a JSON Schema, in the file or in its own', async () => {
    const schema = {
      'lamp.schema.json': '{"type":"object","required":["on"],"properties":{"on":{"type":"boolean"}}}'
    }
    expect(await match('payload: { on: true }', 'schema: lamp.schema.json', schema)).toBe('')
    expect(await match('payload: { on: 1 }', 'schema: lamp.schema.json', schema)).toContain(
      '/on: does not fit the schema (must be of type boolean): {"on":1}'
    )
    expect(await match('payload: "7"', 'schema: { type: integer, minimum: 8 }')).toContain(
      'must be at least 8'
    )
    expect(await match('payload: "7"', 'schema: ../../etc/passwd')).toContain('outside of the folder')
  })

  it('with what a Protobuf schema beside it decodes', async () => {
    const folder = folderOf({
      'p.proto': 'syntax = "proto3"; message Lamp { bool on = 1; string room = 2; }',
      'a.test.yaml': [
        'schemas: [p.proto]',
        'steps:',
        '  - publish: { topic: t, payload: 080112046b697463, format: hex }',
        '  - expect: { topic: t, decoded: { as: protobuf, schemaFile: p.proto, type: Lamp, json: { on: true, room: kitc } } }'
      ].join('\n')
    })
    expect(failureOf(await folder.run())).toBe('')
  })

  it('by the names of Sparkplug metrics, also behind aliases', async () => {
    const birth = sparkplugPayload({
      seq: 0,
      metrics: [{ name: 'Temperature', alias: 1, datatype: 10, double_value: 1 }]
    })
    const data = sparkplugPayload({ seq: 1, metrics: [{ alias: 1, datatype: 10, double_value: 21.5 }] })
    const checks = (metric: string): string =>
      [
        'steps:',
        '  - subscribe: { filter: spBv1.0/# }',
        `  - publish: { topic: spBv1.0/G/NBIRTH/N, payload: ${birth.toString('hex')}, format: hex }`,
        `  - publish: { topic: spBv1.0/G/NDATA/N, payload: ${data.toString('hex')}, format: hex }`,
        `  - expect: { topic: spBv1.0/G/NDATA/N, within: 1s, sparkplug: { seq: 1, metrics: { ${metric} } } }`
      ].join('\n')
    expect(failureOf(await folderOf({ 'a.test.yaml': checks('Temperature: { gt: 21 }') }).run())).toBe('')
    expect(failureOf(await folderOf({ 'a.test.yaml': checks('Pressure: 1') }).run())).toContain(
      'There are: Temperature'
    )
  })

  it('in bounded time, whatever the file asks', async () => {
    const began = performance.now()
    expect(await match(`payload: ${'a'.repeat(40)}b`, "matches: '^(a+)+$'")).toContain(
      'it took longer than 1 s'
    )
    expect(performance.now() - began).toBeLessThan(10_000)
    expect(await match('payload: x', "matches: '('")).toContain('cannot be used')
    expect(await match('payload: "{}"', 'path: { "$[": 1 }')).toContain('the JSONPath $[ cannot be used')
  })
})

describe('expectations', () => {
  const steps = (...lines: string[]) =>
    folderOf({ 'a.test.yaml': ['steps:', ...lines.map((line) => `  - ${line}`)].join('\n') }).run()
  const publish = 'publish: [{ topic: a, payload: 1 }, { topic: b, payload: 2 }, { topic: a, payload: 3 }]'

  it('hold in any order, and leave a message to the one that is particular', async () => {
    expect(
      failureOf(await steps(publish, 'expect: [{ topic: "#" }, { topic: b }, { topic: a, payload: 1 }]'))
    ).toBe('')
    expect(
      failureOf(
        await steps(
          publish,
          'expect: { topic: b }',
          'expect: { topic: a, payload: 3 }',
          'expect: { topic: a, payload: 1 }'
        )
      )
    ).toBe('')
  })

  it('hold in their order if they are ordered', async () => {
    const ordered = (list: string): string => `expect: { ordered: true, within: 1s, messages: [${list}] }`
    expect(
      failureOf(
        await steps(publish, ordered('{ topic: a, payload: 1 }, { topic: b }, { topic: a, payload: 3 }'))
      )
    ).toBe('')
    expect(failureOf(await steps(publish, ordered('{ topic: b }, { topic: a, payload: 1 }')))).toContain(
      'Expected a message on a in this order within 1 s'
    )
  })

  it('count', async () => {
    expect(failureOf(await steps(publish, 'expect: { topic: a, count: 2 }'))).toBe('')
    expect(failureOf(await steps(publish, 'expect: { topic: a, count: 1 }'))).toBe(
      'Expected 1 message on a, but 2 came.'
    )
    expect(failureOf(await steps(publish, 'expect: { topic: a, count: 3, within: 1s }'))).toContain(
      'but 2 came'
    )
    expect(failureOf(await steps(publish, 'expect: { topic: a, count: { gte: 1, lte: 2 } }'))).toBe('')
    expect(failureOf(await steps(publish, 'expect: { topic: a, count: { gte: 1, lt: 2 } }'))).toContain(
      'but 2 came'
    )
  })

  it('say what must not come', async () => {
    expect(failureOf(await steps(publish, 'expect: { topic: c, none: true, within: 100ms }'))).toBe('')
    expect(failureOf(await steps(publish, 'expect: { topic: b, none: true }'))).toBe(
      'Expected no message on b, but one came.'
    )
    expect(
      failureOf(
        await steps(
          publish,
          'expect: [{ topic: a, count: 2 }, { topic: b }, { topic: "#", none: true, within: 100ms }]'
        )
      )
    ).toBe('')
  })

  it('are subscribed before anything is published, and not if a step subscribes', async () => {
    expect(
      failureOf(await steps('publish: { topic: a, payload: 1, answer: {} }', 'expect: { topic: a }'))
    ).toBe('')
    expect(
      failureOf(
        await steps('publish: { topic: a, qos: 1 }', 'subscribe: b', 'expect: { topic: a, within: 100ms }')
      )
    ).toContain('none came')
  })

  it('capture parts of a message', async () => {
    expect(
      failureOf(
        await steps(
          'subscribe: "#"',
          'publish: { topic: a/b, payload: { id: 7, list: [x] }, properties: { contentType: c } }',
          'expect: { topic: a/b, capture: { id: $.id, level: topic 2, type: contentType, all: payload } }',
          'publish: { topic: "{{level}}/{{type}}", payload: "{{id}} {{all}}" }',
          'expect: { topic: b/c, payload: "7 {\\"id\\":7,\\"list\\":[\\"x\\"]}" }'
        )
      )
    ).toBe('')
  })
})
