import { describe, expect, it } from 'vitest'
import { Pointer, scalarsOf } from './pointer'

const at = (json: string, pointer: string): string | null =>
  new Pointer(pointer).find(Buffer.from(json))?.text ?? null

/** Every non-null scalar of a value, with its pointer. */
function* scalars(value: unknown, pointer = ''): Generator<[string, unknown]> {
  if (Array.isArray(value))
    for (const [index, item] of value.entries()) yield* scalars(item, `${pointer}/${index}`)
  else if (typeof value === 'object' && value !== null)
    for (const [name, member] of Object.entries(value))
      yield* scalars(member, `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`)
  else if (value !== null) yield [pointer, value]
}

describe('a pointer into JSON', () => {
  let seed = 3
  const random = (below: number): number => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) % below
  const names = [
    'a',
    'ab',
    'temp',
    'a/b',
    'm~n',
    '',
    '温度',
    'quo"te',
    'back\\slash',
    '0',
    '1',
    'constructor'
  ]
  const value = (depth: number): unknown => {
    const kind = random(depth > 4 ? 5 : 7)
    if (kind === 0) return random(1_000_000) / 1_000 - 300
    if (kind === 1) return random(2) === 0
    if (kind === 2) return ['on', 'a "quoted" text, {[', '\\', 'ü', '\n'][random(5)]
    if (kind === 3) return null
    if (kind === 4) return random(1e9)
    if (kind === 5) return Array.from({ length: random(5) }, () => value(depth + 1))
    return Object.fromEntries(
      Array.from({ length: random(6) }, () => [names[random(names.length)]!, value(depth + 1)])
    )
  }

  it('finds the same values as JSON.parse, in any document', () => {
    let compared = 0
    for (let round = 0; round < 2_000; round++) {
      const document = value(0)
      const json = Buffer.from(JSON.stringify(document, null, random(3)))
      for (const [pointer, expected] of scalars(document)) {
        const found = new Pointer(pointer).find(json)
        const read: unknown = found && JSON.parse(found.kind === 'string' ? `"${found.text}"` : found.text)
        expect([pointer, read]).toEqual([pointer, expected])
        compared++
      }
    }
    expect(compared).toBeGreaterThan(2_000)
  })

  it('lists the places of the scalars in a document, even if it is not quite JSON', () => {
    for (let round = 0; round < 300; round++) {
      const document = value(0)
      const places = scalarsOf(Buffer.from(JSON.stringify(document)), 10_000).map(({ place }) => place)
      expect(places).toEqual([...scalars(document)].map(([pointer]) => pointer))
    }
    const printed = Buffer.from(
      '{"a": h\'01ff\', "b": NaN, "m": [{"name": "T", "value": 2}], "t": 1("x"), "c": 3}'
    )
    expect(scalarsOf(printed, 10).map(({ path }) => path)).toEqual(['/m/[name=T]/value', '/t', '/c'])
  })

  it('keeps numbers to the last digit', () => {
    expect(at('{"n": 12345678901234567890.0100e-3}', '/n')).toBe('12345678901234567890.0100e-3')
  })

  it('uses the last member if names repeat, however they are escaped', () => {
    const json = '{"a":1,"b":{"a":5},"b":3,"\\u0061":{"c":2},"\\u0061":2}'
    expect(at(json, '/a')).toBe('2')
    const listed = scalarsOf(Buffer.from(json), 10).map(({ path, scalar }) => [path, scalar.text])
    expect(listed).toEqual([
      ['/a', '2'],
      ['/b', '3']
    ])
  })

  it('finds an item by its name', () => {
    const json = '{"metrics":[{"name":"a","value":1},{"alias":3},{"value":2,"name":"Temp/~x"}]}'
    expect(at(json, '/metrics/[name=Temp~1~0x]/value')).toBe('2')
    expect(at(json, '/metrics/[name=b]/value')).toBeNull()
  })

  it('finds nothing where there is no scalar', () => {
    const places: [string, string][] = [
      ['{"a":{"b":1}}', '/a'],
      ['{"a":[1]}', '/a/x'],
      ['{"a":[1]}', '/a/01'],
      ['{"a":[1]}', '/a/1'],
      ['{"a":null}', '/a'],
      ['{"a":1}', '/b'],
      ['21.5', '/a'],
      ['', ''],
      ['{', '/a'],
      ['{"a', '/a'],
      ['{"a":"x', '/a'],
      ['[[[', '/0/0/0'],
      ['[}', '/3'],
      ['[,]', '/3'],
      ['[}', '/[name=a]/b'],
      ['{"a":', '/a'],
      ['{"a":nonsense}', '/a']
    ]
    for (const [json, pointer] of places) expect([json, at(json, pointer)]).toEqual([json, null])
    expect(at('21.5', '')).toBe('21.5')
  })
})
