import { describe, expect, it } from 'vitest'
import { formatJson as formatBytes, type JsonResult } from './json'

const formatJson = (text: string): JsonResult => formatBytes(new TextEncoder().encode(text))

const pretty = (text: string): string => {
  const result = formatJson(text)
  if (result.kind !== 'json') throw new Error(JSON.stringify(result))
  return result.pretty
}

describe('formatJson', () => {
  it('indents as JSON.stringify does', () => {
    const value = { a: [1, [], {}, { b: null }], 'c d': 'x', e: { f: [true, false] } }
    expect(pretty(JSON.stringify(value))).toBe(JSON.stringify(value, null, 2))
    expect(pretty(` \t\r\n${JSON.stringify(value, null, 7)}\n `)).toBe(JSON.stringify(value, null, 2))
  })

  it('keeps every number, string and repeated key unchanged', () => {
    const lexemes = ['9007199254740993', '1.0', '1e5', '-0', '1E+400', '"\\u0041\\/"', '"é \\"😀"', '0.10']
    for (const lexeme of lexemes) {
      expect(pretty(lexeme)).toBe(lexeme)
      expect(pretty(`{"k":${lexeme},"k":[${lexeme}]}`)).toBe(
        `{\n  "k": ${lexeme},\n  "k": [\n    ${lexeme}\n  ]\n}`
      )
    }
  })

  it.each([
    ['', 0],
    ['{', 1],
    ['{"a"', 4],
    ['{"a":}', 5],
    ['{"a":1,}', 7],
    ['[1,]', 3],
    ['[1 2]', 3],
    ['[1]]', 3],
    ['[1}', 2],
    ['{a:1}', 1],
    ['"a\nb"', 2],
    ['"a\\x"', 2],
    ['"a', 2],
    ['01', 1],
    ['1.', 2],
    ['-', 0],
    ['1e+', 3],
    ['nul', 0],
    ['😀', 0],
    ['{"a":"😀",!}', 10],
    ['\ufeff{}', 0]
  ])('says where %j breaks', (text, offset) => {
    expect(formatJson(text)).toEqual({ kind: 'fault', offset })
  })

  it('accepts exactly what JSON.parse accepts, including broken variants', () => {
    const seed = '{"a":[1,-2.5e+3,{"b":"c\\n\\u00e9"},[],{}],"d":true,"e":null,"f":""}'
    const spare = '{}[]",:\\0-1.eE+tfn \nx\u0001'
    let state = 1
    const random = (below: number): number => {
      state = (state * 48_271) % 2_147_483_647
      return state % below
    }
    let valid = 0
    for (let round = 0; round < 20_000; round++) {
      const at = random(seed.length)
      const insert = random(3) === 0 ? '' : spare.charAt(random(spare.length))
      const text = seed.slice(0, at) + insert + seed.slice(at + random(3))
      let expected: string | null
      try {
        expected = JSON.stringify(JSON.parse(text))
        valid++
      } catch {
        expected = null
      }
      const result = formatJson(text)
      expect([text, result.kind === 'json']).toEqual([text, expected !== null])
      if (result.kind === 'json') expect(JSON.stringify(JSON.parse(result.pretty))).toBe(expected)
    }
    expect(valid).toBeGreaterThan(100)
  })

  it('reports nesting 100,000 deep as too deep, open or closed, without failing', () => {
    expect(formatJson('['.repeat(100_000) + ']'.repeat(100_000))).toEqual({ kind: 'tooDeep' })
    expect(formatJson('{"a":'.repeat(100_000))).toEqual({ kind: 'tooDeep' })
  })

  it('returns the text unchanged if indenting would make it too long', () => {
    const depth = 900
    const text = '['.repeat(depth) + Array(100_000).fill(1).join(',') + ']'.repeat(depth)
    expect(pretty(text)).toBe(text)
  })

  it('accepts strings and numbers of many megabytes', () => {
    const text = `["${'a'.repeat(12_000_000)}",${'7'.repeat(12_000_000)}]`
    expect(pretty(text)).toHaveLength(text.length + 7)
  })
})
