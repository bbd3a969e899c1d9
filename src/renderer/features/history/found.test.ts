import { describe, expect, it } from 'vitest'
import type { FoundRow, SearchQuery } from '../../../shared/contract/messages'
import { NOTHING_SOUGHT, queryOf, type Sought } from './sought'
import { markedAt, markedTopic, summaryOf } from './found'

const query = (changes: Partial<Sought>): SearchQuery => queryOf({ ...NOTHING_SOUGHT, ...changes })
const found = (topic: string, place: [number, number] | null = null): FoundRow =>
  ({ topic, place }) as FoundRow

describe('a match', () => {
  it('splits its line', () => {
    expect(markedAt('abcde', [1, 3])).toEqual({ before: 'a', mark: 'bc', after: 'de' })
    expect(markedAt('abcde', null)).toEqual({ before: 'abcde', mark: '', after: '' })
  })

  it('is marked in the topic, ignoring case, if the payload has none', () => {
    expect(markedTopic(found('Plant/Temp'), query({ text: 'temp' }))).toMatchObject({ mark: 'Temp' })
    expect(markedTopic(found('plant/temp', [0, 4]), query({ text: 'temp' }))).toMatchObject({ mark: '' })
    expect(markedTopic(found('plant/temp'), query({ text: 'other' }))).toMatchObject({ before: 'plant/temp' })
  })

  it('is not there in a search without a text: the topic is whole', () => {
    const whole = { before: 'plant/temp', mark: '', after: '' }
    expect(markedTopic(found('plant/temp'), query({ filter: 'plant/#' }))).toEqual(whole)
  })

  it('is never marked in a topic in a search for bytes', () => {
    expect(markedTopic(found('ab'), query({ text: 'ab', hex: true }))).toMatchObject({ mark: '' })
  })
})

describe('the summary of a search', () => {
  it('names all conditions', () => {
    const all = summaryOf(query({ text: 'x', filter: 'a/#', qos: 0, retain: 'no', direction: 'out' }))
    expect(all).toBe('“x” · in a/# · QoS 0 · Not retained · Sent by Treetop')
    expect(summaryOf(query({ text: '00 ff', hex: true }))).toBe('bytes 00 ff')
  })
})
