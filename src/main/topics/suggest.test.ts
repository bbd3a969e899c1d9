import { describe, expect, it } from 'vitest'
import type { TopicEntry } from '../history/topics'
import { suggest } from './suggest'
import { Suggestions } from './suggestions'

function entries(names: string[]): TopicEntry[] {
  return names.map((name, index) => ({
    id: index + 1,
    name,
    messages: 1,
    sequence: 1,
    newestId: index + 1,
    lastId: name.startsWith('sent/') ? 0 : index + 1,
    retainedAt: 0,
    dirty: false
  }))
}
const never = (): boolean => false

describe('suggested topics', () => {
  it('contain every word, in any case and position', async () => {
    const topics = entries(['plant/area3/Temp', 'plant/area4/temp', 'office/temp', 'Temp/area3'])
    expect(await suggest(topics, 'TEMP area3', 9, never)).toEqual(['plant/area3/Temp', 'Temp/area3'])
  })

  it('are ranked: last levels that start with the word first, then short names', async () => {
    const topics = entries(['temp/a', 'building/long/name/temperature', 'x/temp', 'temporary/of/something'])
    expect(await suggest(topics, 'temp', 9, never)).toEqual([
      'x/temp',
      'building/long/name/temperature',
      'temp/a',
      'temporary/of/something'
    ])
  })

  it('are limited to the requested number', async () => {
    const names = Array.from({ length: 5_000 }, (_, number) => `plant/${5_000 - number}`)
    expect(await suggest(entries(names), 'plant', 3, never)).toEqual(['plant/9', 'plant/8', 'plant/7'])
  })

  it('exclude topics without messages, and are empty for a text without words', async () => {
    expect(await suggest(entries(['sent/temp']), 'temp', 9, never)).toEqual([])
    expect(await suggest(entries(['temp']), '  ', 9, never)).toEqual([])
  })

  it('are abandoned when another text supersedes the request', async () => {
    const names = Array.from({ length: 400_000 }, (_, number) => `plant/${number}`)
    expect(await suggest(entries(names), 'no such topic', 3, () => true)).toBeNull()
  })
})

it('a request ends only earlier requests of the same page', async () => {
  const topics = entries(Array.from({ length: 400_000 }, (_, number) => `plant/${number}`))
  const suggestions = new Suggestions()
  const [overtaken, newest, other] = await Promise.all([
    suggestions.suggest(topics, { text: 'plant/399999', limit: 3, page: 1 }),
    suggestions.suggest(topics, { text: 'plant/399998', limit: 3, page: 1 }),
    suggestions.suggest(topics, { text: 'plant/399997', limit: 3, page: 2 })
  ])
  expect(overtaken).toEqual({ topics: [] })
  expect(newest).toEqual({ topics: ['plant/399998'] })
  expect(other).toEqual({ topics: ['plant/399997'] })
})
