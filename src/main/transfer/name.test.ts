import { describe, expect, it } from 'vitest'
import { suggestedName } from './name'

const date = new Date(2026, 0, 5, 23, 59)

describe('suggestedName', () => {
  it('names the profile, the topic and the local day', () => {
    expect(suggestedName('Local broker', null, 'jsonl', date)).toBe('Local-broker-all-2026-01-05.jsonl')
    expect(suggestedName('厂', 'plant/+/temp/#', 'csv', date)).toBe('厂-plant-temp-2026-01-05.csv')
    expect(suggestedName('a', '#', 'csv', date)).toBe('a-all-2026-01-05.csv')
  })

  it('is safe for every file system', () => {
    expect(suggestedName('../con.x:*?"<>|\\', '/..\0\n', 'csv', date)).toBe('con-x-all-2026-01-05.csv')
    const long = suggestedName('温'.repeat(100), '😀é'.repeat(100), 'csv', date)
    expect(Buffer.byteLength(long)).toBeLessThan(200)
    expect(long.isWellFormed()).toBe(true)
  })
})
