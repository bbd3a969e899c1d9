import { describe, expect, it } from 'vitest'
import type { PayloadBody } from '../../shared/contract/decode'
import { compare as compareShown } from './compare'
import { decode } from './decode'
import { readJson, sameJson } from './json-tree'
import { SchemaFiles } from './schema-files'

const readable = (payload: Uint8Array): PayloadBody =>
  decode(payload, { format: 'detect' }, new SchemaFiles([])).body
const compare = (before: Uint8Array, after: Uint8Array): ReturnType<typeof compareShown> =>
  compareShown(before, after, readable)

const of = (before: string, after: string): ReturnType<typeof compare> =>
  compare(Buffer.from(before), Buffer.from(after))

describe('two JSON payloads', () => {
  it('are equal regardless of member order, white space, escapes and number notation', () => {
    const before = '{"a": 1, "b": {"c": [1, 2], "d": "A"}}'
    expect(of(before, '{"b":{"d":"\\u0041","c":[1.0,20e-1]},"a":1}').kind).toBe('same')
  })

  it('differ by changed, added and removed values, each with its path', () => {
    const { kind, changes, counts } = of('{"a":1,"b":[1,2],"old":true}', '{"b":[1,3,4],"a":1,"x/y~":null}')
    expect(kind).toBe('json')
    expect(changes).toEqual([
      { kind: 'changed', path: '/b/1', before: '2', after: '3' },
      { kind: 'added', path: '/b/2', before: null, after: '4' },
      { kind: 'added', path: '/x~1y~0', before: null, after: 'null' },
      { kind: 'removed', path: '/old', before: 'true', after: null }
    ])
    expect(counts).toEqual({ changed: 1, added: 2, removed: 1 })
  })

  it('differ in the last digit of integers beyond 2^53', () => {
    expect(of('[9007199254740993]', '[9007199254740992]').counts.changed).toBe(1)
    expect(of('[1e400]', '[1e401]').counts.changed).toBe(1)
    expect(of('[-0]', '[0.0]').kind).toBe('same')
  })

  it('are shown side by side in the order of the later one, as the value view shows it', () => {
    const after = '{"z":9,"n":{"y":[],"x":1},"a":2}'
    const { left, right, lines } = of('{"a":2,"gone":0,"n":{"x":1,"y":[]},"z":1}', after)
    expect(right).toBe((readable(Buffer.from(after)) as { text: string }).text)
    expect(left).toBe('{\n  "z": 1,\n  "n": {\n    "y": [],\n    "x": 1\n  },\n  "a": 2,\n  "gone": 0\n}')
    expect(lines).toEqual([1])
  })

  it('are shown with what was removed behind the member that it followed', () => {
    const { left } = of('{"first":0,"a":[{"old":1,"b":2}],"tail":3}', '{"a":[{"b":2}],"c":1}')
    expect(left).toBe(
      '{\n  "first": 0,\n  "a": [\n    {\n      "old": 1,\n      "b": 2\n    }\n  ],\n  "tail": 3\n}'
    )
  })

  it('may have members called __proto__ and constructor', () => {
    const { changes } = of('{"__proto__":{"a":1},"constructor":1}', '{"__proto__":{"a":2},"constructor":1}')
    expect(changes.map(({ path }) => path)).toEqual(['/__proto__/a'])
  })

  it('with thousands of changes list the first ones and count them all', () => {
    const list = (from: number): string => JSON.stringify(Array.from({ length: 2_000 }, (_, i) => i + from))
    const { changes, counts } = of(list(0), list(5_000))
    expect(counts.changed).toBe(2_000)
    expect(changes).toHaveLength(500)
  })
})

describe('other payloads', () => {
  it('are shown side by side as text', () => {
    expect(of('on', 'off')).toMatchObject({ kind: 'text', left: 'on', right: 'off' })
    expect(of('21.4', '{"value":21.4}').kind).toBe('text')
  })

  it('are shown side by side as bytes, from shortly before the first difference', () => {
    const before = Buffer.alloc(10_000, 0xff)
    const after = Buffer.from(before)
    after[5_000] = 0
    const { kind, left, right } = compare(before, after)
    expect(kind).toBe('bytes')
    expect(left!.split('\n')[0]).toBe(`00001300  ${'ff '.repeat(16).trim()}`)
    expect(right).toContain('00001380  ff ff ff ff ff ff ff ff 00 ff')
  })

  it('with identical bytes are the same', () => {
    expect(of('x', 'x').kind).toBe('same')
  })

  it('that are too long to show side by side are still reported as different', () => {
    const { kind, left } = of('a'.repeat(1_100_000), 'b'.repeat(1_100_000))
    expect([kind, left]).toEqual(['text', null])
  })
})

it('two values are equal only if their kinds are', () => {
  expect(sameJson(readJson('{}'), readJson('[]'))).toBe(false)
  expect(sameJson(readJson('"1"'), readJson('1'))).toBe(false)
})
