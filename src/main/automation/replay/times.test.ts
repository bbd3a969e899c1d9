import { describe, expect, it } from 'vitest'
import { shiftTimes } from './times'

/** 2026-11-23T13:05:56.123456Z in µs. */
const AT = Date.UTC(2026, 10, 23, 13, 5, 56) * 1_000 + 123_456
const DAY = 86_400e6

const moved = (text: string, shift = DAY, pointers: string[] | null = null): string =>
  shiftTimes(Buffer.from(text), shift, AT, pointers).toString()

describe('times in payloads', () => {
  it.each([
    ['"2026-11-23T13:05:56Z"', '"2026-11-24T13:05:56Z"'],
    ['"2026-11-23T13:05:56.5+02:00"', '"2026-11-24T13:05:56.5+02:00"'],
    ['"2026-11-23 13:05:56,123456789"', '"2026-11-24 13:05:56,123456789"'],
    ['"2026-11-23T13:05-0800"', '"2026-11-24T13:05-0800"'],
    ['1795439156', '1795525556'],
    ['1795439156.250', '1795525556.250'],
    ['1795439156123', '1795525556123'],
    ['1795439156123456', '1795525556123456'],
    ['"1795439156123"', '"1795525556123"']
  ])('moves %s and keeps its form', (from, to) => {
    expect(moved(`{"t": ${from} , "v":1.0}`)).toBe(`{"t": ${to} , "v":1.0}`)
  })

  it('moves by less than the precision of a time without rounding others', () => {
    expect(moved('[1795439156,1795439156123,"2026-11-23T13:05:56.999Z"]', 1_500)).toBe(
      '[1795439156,1795439156124,"2026-11-23T13:05:57.000Z"]'
    )
    expect(moved('[1795439156123]', -2 * DAY)).toBe('[1795266356123]')
  })

  it('finds no times in what only looks like one', () => {
    const text =
      '{"made":"2019-01-01T00:00:00Z","serial":1234567890,"day":"2026-11-23","n":1e12,"big":17954391561234567890,"x":"2026-13-40T99:00:00Z","y":"2026-02-30T10:00:00Z","z":"0001795439156","1795439156":"key"}'
    expect(moved(text)).toBe(text)
  })

  it('moves at a pointer what it would not find, and nothing else', () => {
    expect(
      moved('{"a/b":[{"made":"2019-01-01T00:00:00Z"},1795439156],"ä":1000000000}', DAY, [
        '/a~1b/0/made',
        '/ä'
      ])
    ).toBe('{"a/b":[{"made":"2019-01-02T00:00:00Z"},1795439156],"ä":1000086400}')
  })

  it('moves a payload that is nothing but a time', () => {
    expect(moved('2026-11-23T13:05:56Z\n')).toBe('2026-11-24T13:05:56Z\n')
    expect(moved('1795439156')).toBe('1795525556')
  })

  it('keeps every other byte: blanks, repeated keys, escapes, numbers beyond doubles', () => {
    const around = (time: string): string =>
      `{ "__proto__" : { "a":1 }, "a":\t0.10000000000000000555, "a":"\\u00e9\\"{[1795439156]}", "é":"✓",\r\n "n":9007199254740993, "t":${time} }`
    expect(moved(around('1795439156'))).toBe(around('1795525556'))
  })

  it.each([
    ['cut off', '{"t": 1795439156'],
    ['no JSON', 'at 1795439156 it was'],
    ['binary', Buffer.from([0, 255, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]).toString('latin1')],
    ['empty', '']
  ])('leaves a payload alone that is %s', (_, text) => {
    const payload = Buffer.from(text, 'latin1')
    expect(shiftTimes(payload, DAY, AT, null)).toBe(payload)
  })

  it('survives deep nesting, and leaves large payloads alone', () => {
    const deep = (time: string): string => `${'['.repeat(100_000)}${time}${']'.repeat(100_000)}`
    expect(moved(deep('1795439156'))).toBe(deep('1795525556'))
    const steps = `${'[1795439156,'.repeat(80_000)}0${']'.repeat(80_000)}`
    expect(moved(steps, DAY, ['/0'])).toBe(steps.replace('1795439156', '1795525556'))
    const large = Buffer.from(`["${'x'.repeat(1_048_576)}",1795439156]`)
    expect(shiftTimes(large, DAY, AT, null)).toBe(large)
  })
})
