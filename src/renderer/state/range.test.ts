import { describe, expect, it } from 'vitest'
import { rangeOf } from './range'

const now = Date.UTC(2026, 0, 2, 12)

describe('rangeOf', () => {
  it('is open at both ends for everything', () => {
    expect(rangeOf('all', '', '', now)).toEqual({ from: null, to: null })
  })

  it('reaches back from now in microseconds, and includes messages received meanwhile', () => {
    expect(rangeOf('hour', '', '', now)).toEqual({ from: Date.UTC(2026, 0, 2, 11) * 1_000, to: null })
    expect(rangeOf('day', '', '', now)).toEqual({ from: Date.UTC(2026, 0, 1, 12) * 1_000, to: null })
  })

  it('reads typed times as local time', () => {
    const from = new Date(2026, 0, 1, 8, 30).getTime() * 1_000
    expect(rangeOf('custom', '2026-01-01T08:30', '', now)).toEqual({ from, to: null })
  })

  it('refuses a range that is open at both ends, and one that does not end after its start', () => {
    expect(rangeOf('custom', '', '', now)).toBe('missing')
    expect(rangeOf('custom', '2026-01-02T08:00', '2026-01-01T08:00', now)).toBe('reversed')
    expect(rangeOf('custom', '2026-01-02T08:00', '2026-01-02T08:00', now)).toBe('reversed')
  })
})
