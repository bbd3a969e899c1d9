import { describe, expect, it } from 'vitest'
import type { TrafficQuery } from '../../shared/contract/traffic'
import { rank } from './traffic-ranking'

const counted = [
  { topic: 'plant', messages: 1, bytes: 5 },
  { topic: 'plant/line1/temp', messages: 50, bytes: 100 },
  { topic: 'plant/line1/image', messages: 2, bytes: 90_000 },
  { topic: 'plant/line2/temp', messages: 60, bytes: 120 },
  { topic: 'planted', messages: 7, bytes: 7 },
  { topic: '/empty', messages: 3, bytes: 3 }
]
const query: TrafficQuery = { by: 'messages', group: 'topics', under: null, limit: 10 }
const pathsOf = (change: Partial<TrafficQuery>): string[] =>
  rank(counted, { ...query, ...change }, 10).rows.map(({ path }) => path)

describe('the traffic ranking', () => {
  it('ranks topics by messages or by bytes', () => {
    expect(pathsOf({ limit: 3 })).toEqual(['plant/line2/temp', 'plant/line1/temp', 'planted'])
    expect(pathsOf({ limit: 2, by: 'bytes' })).toEqual(['plant/line1/image', 'plant/line2/temp'])
  })

  it('ranks branches level by level, including an empty level and a topic that is also a branch', () => {
    const { rows, ...sum } = rank(counted, { ...query, group: 'branches' }, 10)
    expect(rows).toEqual([
      { path: 'plant', topics: 4, messages: 113, bytes: 90_225, isTopic: true },
      { path: 'planted', topics: 1, messages: 7, bytes: 7, isTopic: true },
      { path: '', topics: 1, messages: 3, bytes: 3, isTopic: false }
    ])
    expect(sum).toEqual({ seconds: 10, topics: 6, messages: 123, bytes: 90_235, ranked: 3 })
    expect(pathsOf({ group: 'branches', under: 'plant' })).toEqual(['plant/line2', 'plant/line1', 'plant'])
    expect(pathsOf({ group: 'branches', under: '' })).toEqual(['/empty'])
  })

  it('counts only topics at or below a level, not ones with the same prefix', () => {
    expect(rank(counted, { ...query, under: 'plant' }, 1)).toMatchObject({ topics: 4, messages: 113 })
  })

  it('lists the first of very many, and returns how many there are', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => ({
      topic: `t/${index}`,
      messages: (index * 7_919) % 10_007,
      bytes: 1
    }))
    const { rows, ranked } = rank(many, { ...query, limit: 100 }, 1)
    const expected = many.map(({ messages }) => messages).sort((a, b) => b - a)
    expect(rows.map(({ messages }) => messages)).toEqual(expected.slice(0, 100))
    expect(ranked).toBe(10_000)
  })
})
