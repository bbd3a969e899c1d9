import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { display } from '../ui/display.svelte'
import { dateAndMinute, date, exactTime, momentTime, momentWithoutYear, time, toTheSecond } from './format'
import { fieldTime, microsecondsOf } from './local-time'

beforeEach(() => void vi.stubEnv('TZ', 'Asia/Kolkata'))
afterEach(() => {
  vi.unstubAllEnvs()
  display.times = 'clock'
})

/** 26 November, 01:35:56.123456 in Kolkata, which is 5:30 ahead; still the 25th in UTC. */
const at = Date.UTC(2026, 10, 25, 20, 5, 56, 123) * 1_000 + 456
const now = at / 1_000 + 60_000

describe('times', () => {
  it('have 24 hours and milliseconds, in local time', () => {
    expect(time(at, now)).toBe('01:35:56.123')
    expect(time(at, now + 86_400_000)).toBe('Nov 26, 2026 01:35:56.123')
    expect(momentTime(at)).toBe('11/26/2026, 01:35:56.123')
    expect(momentWithoutYear(at)).toBe('11/26, 01:35:56.123')
    expect(date(at)).toBe('11/26/2026')
    expect(dateAndMinute(at / 1_000)).toBe('Nov 26, 2026, 01:35')
    expect(exactTime(at)).toBe('2026-11-26T01:35:56.123456+05:30')
  })

  it("follow the system's language and clock", () => {
    display.times = 'system'
    const system = new Intl.DateTimeFormat(undefined, {
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      fractionalSecondDigits: 3
    })
    expect(time(at, now)).toBe(system.format(at / 1_000))
  })

  it('are ISO 8601 with the offset from UTC', () => {
    display.times = 'iso'
    expect(time(at, now)).toBe('01:35:56.123+05:30')
    expect(time(at, now + 86_400_000)).toBe('2026-11-26T01:35:56.123+05:30')
    expect(momentTime(at)).toBe('2026-11-26T01:35:56.123+05:30')
    expect(toTheSecond(momentTime(at))).toBe('2026-11-26T01:35:56+05:30')
    expect(dateAndMinute(at / 1_000)).toBe('2026-11-26T01:35+05:30')
    expect(date(at)).toBe('2026-11-26')
    vi.stubEnv('TZ', 'America/St_Johns')
    expect(exactTime(at)).toBe('2026-11-25T16:35:56.123456-03:30')
  })

  it('are in UTC, by whose days today is told from other days', () => {
    display.times = 'utc'
    expect(time(at, now)).toBe('20:05:56.123Z')
    // The next day in Kolkata begins at 18:30 UTC.
    expect(time(at, now - 7_200_000)).toBe('20:05:56.123Z')
    expect(time(at, now + 6 * 3_600_000)).toBe('2026-11-25T20:05:56.123Z')
    expect(dateAndMinute(at / 1_000)).toBe('2026-11-25T20:05Z')
    expect(exactTime(at)).toBe('2026-11-25T20:05:56.123456Z')
  })

  it('lose their fraction of a second in every notation, and nothing else', () => {
    expect(toTheSecond('01:35:56.123')).toBe('01:35:56')
    expect(toTheSecond('1:35:56.123 AM')).toBe('1:35:56 AM')
    expect(toTheSecond('26.11.2026, 01:35:56,123')).toBe('26.11.2026, 01:35:56')
    expect(toTheSecond('٠١:٣٥:٥٦٫١٢٣')).toBe('٠١:٣٥:٥٦')
  })

  it('are typed in the time zone in which they are shown', () => {
    expect(fieldTime(at)).toBe('2026-11-26T01:35:56.123')
    expect(microsecondsOf('2026-11-26T01:35:56.123')).toBe(at - 456)
    display.times = 'utc'
    expect(fieldTime(at)).toBe('2026-11-25T20:05:56.123')
    expect(microsecondsOf('2026-11-25T20:05:56.123')).toBe(at - 456)
    expect(microsecondsOf('')).toBeNull()
  })
})
