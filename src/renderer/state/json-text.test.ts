import { expect, it } from 'vitest'
import { placesIn } from './json-text'

it('finds values by their pointers, beside expressions, or what is around them', () => {
  const text = '{\n  "a/b": [{{x}}, "{{y "z"}}"],\n  "c": "\\{{", "": {{body}}\n}'
  const place = placesIn(text)
  const at = (pointer: string): string => text.slice(place(pointer).from, place(pointer).to)
  expect(at('/a~1b/0')).toBe('{{x}}')
  expect(at('/a~1b/1')).toBe('"{{y "z"}}"')
  expect(at('/c')).toBe('"\\{{"')
  expect(at('/')).toBe('{{body}}')
  expect(place('/c').line).toBe(3)
  // What an expression stands for has no place of its own.
  expect(at('/a~1b/0/deep')).toBe('{{x}}')
  expect(at('/a~1b/7')).toBe('[{{x}}, "{{y "z"}}"]')
  expect(at('/nothing')).toBe(text)
  expect(placesIn('')('/a')).toEqual({ from: 0, to: 0, line: 1 })
})
