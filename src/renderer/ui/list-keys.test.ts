import { describe, expect, it } from 'vitest'
import { rowByKey } from './list-keys'

describe('a key in a list', () => {
  it('moves to a neighbour, by a page, or to an end', () => {
    expect(rowByKey('ArrowDown', 4, 100, 10)).toBe(5)
    expect(rowByKey('ArrowUp', 4, 100, 10)).toBe(3)
    expect(rowByKey('PageDown', 4, 100, 10)).toBe(14)
    expect(rowByKey('PageUp', 40, 100, 10)).toBe(30)
    expect(rowByKey('Home', 40, 100, 10)).toBe(0)
    expect(rowByKey('End', 40, 100, 10)).toBe(99)
  })

  it('stops at the first and the last row', () => {
    expect(rowByKey('PageDown', 95, 100, 10)).toBe(99)
    expect(rowByKey('PageUp', 5, 100, 10)).toBe(0)
    expect(rowByKey('ArrowDown', 99, 100, 10)).toBe(99)
    expect(rowByKey('ArrowUp', 0, 100, 10)).toBe(0)
  })

  it('starts at the first row when none is current', () => {
    expect(rowByKey('ArrowDown', -1, 100, 10)).toBe(0)
    expect(rowByKey('ArrowUp', -1, 100, 10)).toBe(0)
  })

  it('does nothing in an empty list, or when it is another key', () => {
    expect(rowByKey('End', -1, 0, 10)).toBeNull()
    expect(rowByKey('Enter', 4, 100, 10)).toBeNull()
    expect(rowByKey('constructor', 4, 100, 10)).toBeNull()
  })
})
