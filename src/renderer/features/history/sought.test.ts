import { describe, expect, it } from 'vitest'
import { conditionsIn, isHalfTyped, isSought, NOTHING_SOUGHT, queryOf, type Sought } from './sought'

const sought = (changes: Partial<Sought>): Sought => ({ ...NOTHING_SOUGHT, ...changes })

describe('the search fields', () => {
  it('are no search while they are empty, in text and in hex mode', () => {
    expect(isSought(NOTHING_SOUGHT)).toBe(false)
    expect(isSought(sought({ hex: true, text: ' ' }))).toBe(false)
    expect(isSought(sought({ text: ' ' }))).toBe(true)
  })

  it('are a search with a condition alone', () => {
    expect(isSought(sought({ qos: 0 }))).toBe(true)
    expect(conditionsIn(sought({ qos: 0, retain: 'no', to: '2026-01-01T00:00' }))).toBe(3)
  })

  it('match everything where they are empty', () => {
    expect(queryOf(NOTHING_SOUGHT)).toEqual({
      text: '',
      hex: false,
      filter: null,
      from: null,
      to: null,
      qos: null,
      retain: null,
      direction: null
    })
  })

  it('take times as local, and keep blanks around text but not around hex', () => {
    const from = new Date(2026, 0, 1, 8, 30).getTime() * 1_000
    expect(queryOf(sought({ text: ' a ', from: '2026-01-01T08:30', retain: 'no' }))).toMatchObject({
      text: ' a ',
      from,
      to: null,
      retain: false
    })
    expect(queryOf(sought({ text: ' 00 ff ', hex: true })).text).toBe('00 ff')
  })

  it('are half typed while the last byte has one digit, in hex mode only', () => {
    expect(isHalfTyped(sought({ text: '00 f', hex: true }))).toBe(true)
    expect(isHalfTyped(sought({ text: '00 fg', hex: true }))).toBe(false)
    expect(isHalfTyped(sought({ text: '00ff', hex: true }))).toBe(false)
    expect(isHalfTyped(sought({ text: '00 f' }))).toBe(false)
  })
})
