import { describe, expect, it } from 'vitest'
import { parseTime } from './time'

const utc = Date.UTC(2026, 10, 23, 13, 5, 56) * 1e3

describe('parseTime', () => {
  it.each([
    ['2026-11-23T13:05:56Z', utc],
    ['2026-11-23T13:05:56.123456Z', utc + 123_456],
    ['2026-11-23T13:05:56.5Z', utc + 500_000],
    ['2026-11-23T14:05:56.1+01:00', utc + 100_000],
    ['2026-11-23 13:05Z', utc - 56e6],
    ['1795439156', 1_795_439_156e6],
    ['1795439156.25', 1_795_439_156_250_000],
    ['1795439156123', 1_795_439_156_123_000],
    ['2026-11-23', new Date(2026, 10, 23).getTime() * 1e3],
    ['2026-11-23T13:05', new Date(2026, 10, 23, 13, 5).getTime() * 1e3]
  ])('reads %s', (text, expected) => {
    expect(parseTime(text)).toBe(expected)
  })

  it.each([
    '',
    'yesterday',
    '2026-13-01',
    '2026-02-30',
    '2026-11-23T25:00',
    '2026-11-23T13:05.5',
    '-5',
    '1e99',
    '9'.repeat(30)
  ])('refuses %j', (text) => {
    expect(parseTime(text)).toBeNull()
  })
})
