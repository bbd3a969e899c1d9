import { expect, it } from 'vitest'
import { formatTemplate } from './format-template'

it('re-indents JSON around its expressions, which stay as they are written', () => {
  expect(
    formatTemplate('{"n":{{$counter}},"at":"{{$now "YYYY"}} UTC","{{key}}":[ {{ a }},"{{b}}"],"x":"\\{{y}}"}')
  ).toBe(`{
  "n": {{$counter}},
  "at": "{{$now "YYYY"}} UTC",
  "{{key}}": [
    {{ a }},
    "{{b}}"
  ],
  "x": "\\{{y}}"
}`)
})

it.each(['', '{"a":', '{"a": {{b}', '{"n":12345678901234567890}', '{"a":{{b}}c}', '{"a":"\ue0000\ue001"}'])(
  'leaves %j alone',
  (text) => expect(formatTemplate(text)).toBe(text)
)
