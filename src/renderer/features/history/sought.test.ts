import { describe, expect, it } from 'vitest'
import { conditionsIn, isHalfTyped, isSought, NOTHING_SOUGHT, queryOf, type Sought } from './sought'

const sought = (changes: Partial<Sought>): Sought => ({ ...NOTHING_SOUGHT, ...changes })

describe('what is sought', () => {
  it('is nothing while the fields are empty, whether or not text would be hex', () => {
    expect(isSought(NOTHING_SOUGHT)).toBe(false)
    expect(isSought(sought({ hex: true, text: ' ' }))).toBe(false)
    expect(isSought(sought({ text: ' ' }))).toBe(true)
  })

  it('is something with a condition alone', () => {
    expect(isSought(sought({ qos: 0 }))).toBe(true)
    expect(conditionsIn(sought({ qos: 0, retain: 'no', to: '2026-01-01T00:00' }))).toBe(3)
  })

  it('lets everything through where a field is empty', () => {
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

  it('takes times as local, and keeps blanks of a text but not around hex', () => {
    const from = new Date(2026, 0, 1, 8, 30).getTime() * 1_000
    expect(queryOf(sought({ text: ' a ', from: '2026-01-01T08:30', retain: 'no' }))).toMatchObject({
      text: ' a ',
      from,
      to: null,
      retain: false
    })
    expect(queryOf(sought({ text: ' 00 ff ', hex: true })).text).toBe('00 ff')
  })

  it('is half typed while the last byte has one digit, and only in hex', () => {
    expect(isHalfTyped(sought({ text: '00 f', hex: true }))).toBe(true)
    expect(isHalfTyped(sought({ text: '00 fg', hex: true }))).toBe(false)
    expect(isHalfTyped(sought({ text: '00ff', hex: true }))).toBe(false)
    expect(isHalfTyped(sought({ text: '00 f' }))).toBe(false)
  })
})
