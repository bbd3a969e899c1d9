import { expect, it } from 'vitest'
import { valueAt } from './value-at'

const at = (text: string, pointer: string): string | null => valueAt(Buffer.from(text), pointer)

it('finds values by JSON Pointer, as text', () => {
  const text =
    '{"token": "a\\nb", "n": 12345678901234567890, "deep": {"list": [1, {"a/b": true}]}, "none": null}'
  expect(at(text, '/token')).toBe('a\nb')
  expect(at(text, '/n')).toBe('12345678901234567890')
  expect(at(text, '/deep/list/1/a~1b')).toBe('true')
  expect(at(text, '/deep/list')).toBe('[1,{"a/b":true}]')
  expect(at(text, '/none')).toBe('null')
})

it('takes the whole payload for the empty pointer, whatever it is', () => {
  expect(at('plain text', '')).toBe('plain text')
})

it('finds nothing where there is nothing, and in what is not JSON', () => {
  expect(at('{"a": 1}', '/b')).toBeNull()
  expect(at('{"a": 1}', '/a/b')).toBeNull()
  expect(at('{"a": 1}', '/constructor')).toBeNull()
  expect(at('not JSON', '/a')).toBeNull()
})
