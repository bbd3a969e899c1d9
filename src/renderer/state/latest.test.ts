import { describe, expect, it } from 'vitest'
import { Latest } from './latest'

describe('the latest call', () => {
  it('counts, and earlier ones do not', () => {
    const latest = new Latest()
    const first = latest.begin()
    expect(first()).toBe(true)
    const second = latest.begin()
    expect([first(), second()]).toEqual([false, true])
  })

  it('shares its validity with a call that joins it', () => {
    const latest = new Latest()
    const first = latest.begin()
    const joined = latest.join()
    expect([first(), joined()]).toEqual([true, true])
    latest.begin()
    expect([first(), joined()]).toEqual([false, false])
  })

  it('does not count after a cancel', () => {
    const latest = new Latest()
    const current = latest.begin()
    latest.cancel()
    expect(current()).toBe(false)
  })
})
