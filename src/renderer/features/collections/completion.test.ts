import { expect, it } from 'vitest'
import { templateOffer } from './completion'

const all = ['{{broom}}', '{{room}}', '{{$random 1 100}}'].map((text) => ({ text, means: '' }))

/** What would be replaced at the cursor `|`, and what is offered for it. */
function offered(marked: string): [string, string[]] | null {
  const cursor = marked.indexOf('|')
  const text = marked.replace('|', '')
  const found = templateOffer(text, cursor, all)
  return found && [text.slice(found.from, found.to), found.options.map((option) => option.text)]
}

it('completes the expression that is being typed at the cursor, first what begins with it', () => {
  expect(offered('{{|')).toEqual(['{{', all.map(({ text }) => text)])
  expect(offered('home/{{RO|om}}')).toEqual(['{{RO', ['{{room}}', '{{broom}}']])
  expect(offered('{"a": {{ $r|}}}')).toEqual(['{{ $r}}', ['{{$random 1 100}}']])
  expect(offered('{{x|')).toEqual(['{{x', []])
  for (const none of ['|', '{|', '|{{', '{{a}}|', '\\{{a|', '{{a\n|', '{{$now "Y|'])
    expect(offered(none), none).toBeNull()
})
