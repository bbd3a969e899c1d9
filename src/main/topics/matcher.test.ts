import { describe, expect, it, vi } from 'vitest'
import type { TopicFilterSpec } from '../../shared/contract/topics'
import { matcherOf, RegexTooSlow } from './matcher'

const spec = (text: string, change: Partial<TopicFilterSpec> = {}): TopicFilterSpec => ({
  text,
  mode: 'text',
  matchCase: false,
  scope: 'names',
  ...change
})

describe('a filter matches', () => {
  it('text, case-insensitive or case-sensitive', () => {
    expect(matcherOf(spec('Temp'))(['a/temp', 'a/TEMP', 'b'])).toEqual([0, 1])
    expect(matcherOf(spec('TEMP', { matchCase: true }))(['a/temp', 'a/TEMP'])).toEqual([1])
  })

  it('an MQTT filter', () => {
    const topics = ['plant/a/temp', 'plant/a', 'plant/a/b/temp', '$SYS/a/temp']
    expect(matcherOf(spec('+/+/temp', { mode: 'wildcard' }))(topics)).toEqual([0])
    expect(matcherOf(spec('PLANT/#', { mode: 'wildcard' }))(topics)).toEqual([0, 1, 2])
    expect(matcherOf(spec('PLANT/#', { mode: 'wildcard', matchCase: true }))(topics)).toEqual([])
  })

  it('a regular expression', () => {
    expect(matcherOf(spec('^a/\\d+$', { mode: 'regex' }))(['A/12', 'a/x', 'b/1'])).toEqual([0])
    expect(matcherOf(spec('^a', { mode: 'regex', matchCase: true }))(['A/12', 'a/x'])).toEqual([1])
    expect(() => matcherOf(spec('(', { mode: 'regex' }))).toThrow(SyntaxError)
  })

  it('and throws if the regular expression takes too long', () => {
    const endless = matcherOf(spec('^(a+)+$', { mode: 'regex' }))
    expect(() => endless([`${'a'.repeat(60)}!`])).toThrow(RegexTooSlow)
    expect(endless(['aaa', 'b'])).toEqual([0])
  })

  it('and tries again while the machine is too busy to run it', () => {
    const endless = matcherOf(spec('^(a+)+$', { mode: 'regex' }))
    const times = vi.spyOn(process, 'threadCpuUsage').mockReturnValue({ user: 0, system: 0 })
    expect(() => endless([`${'a'.repeat(60)}!`])).toThrow(RegexTooSlow)
    expect(times).toHaveBeenCalledTimes(10)
    times.mockRestore()
    expect(endless(['aaa', 'b'])).toEqual([0])
  })
})
