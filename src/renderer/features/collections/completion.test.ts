import { expect, it } from 'vitest'
import { completionsOf, typedAt } from './completion'

/** The word at the cursor `|`, and what a completion would replace. */
function typed(marked: string): [string, string] | null {
  const cursor = marked.indexOf('|')
  const text = marked.replace('|', '')
  const found = typedAt(text, cursor)
  return found && [found.word, text.slice(found.from, found.to)]
}

it('finds the expression that is being typed at the cursor', () => {
  expect(typed('{{|')).toEqual(['', '{{'])
  expect(typed('home/{{ro|om}}')).toEqual(['ro', '{{ro'])
  expect(typed('{"a": {{ $c|}}}')).toEqual(['$c', '{{ $c}}'])
  for (const none of ['|', '{|', '|{{', '{{a}}|', '\\{{a|', '{{a\n|', '{{$now "Y|'])
    expect(typed(none), none).toBeNull()
})

it('offers what begins with the word first', () => {
  const all = ['{{broom}}', '{{room}}', '{{$random 1 100}}'].map((text) => ({ text, means: '' }))
  expect(completionsOf(all, 'RO').map(({ text }) => text)).toEqual(['{{room}}', '{{broom}}'])
  expect(completionsOf(all, '')).toHaveLength(3)
  expect(completionsOf(all, 'x')).toEqual([])
})
