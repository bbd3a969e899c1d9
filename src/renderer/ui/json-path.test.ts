import { json } from '@codemirror/lang-json'
import { EditorState } from '@codemirror/state'
import { describe, expect, it } from 'vitest'
import { dottedOf, jsonPathAt, pointerOf } from './json-path'

const text = `{
  "sensors": [
    { "value": 21.4, "a b/c~": true },
    [1, {"deep": null}]
  ]
}`
const at = (sought: string): (string | number)[] | null =>
  jsonPathAt(EditorState.create({ doc: text, extensions: json() }), text.indexOf(sought))

describe('the JSON path at an offset', () => {
  it('contains members and items', () => {
    expect(at('21.4')).toEqual(['sensors', 0, 'value'])
    expect(at('"value"')).toEqual(['sensors', 0, 'value'])
    expect(at('true')).toEqual(['sensors', 0, 'a b/c~'])
    expect(at('null')).toEqual(['sensors', 1, 1, 'deep'])
    expect(at('1,')).toEqual(['sensors', 1, 0])
  })

  it('is empty for the whole document', () => {
    expect(at('{')).toEqual([])
  })

  it('is formatted as a JSON pointer and with dots', () => {
    expect(pointerOf(at('true')!)).toBe('/sensors/0/a b~1c~0')
    expect(dottedOf(at('true')!)).toBe('$.sensors[0]["a b/c~"]')
    expect(dottedOf(at('null')!)).toBe('$.sensors[1][1].deep')
  })
})
