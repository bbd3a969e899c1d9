import { describe, expect, it, vi } from 'vitest'
import { ListCursor } from './list-cursor.svelte'

describe('the cursor of a long list', () => {
  it('selects a loaded row at once', () => {
    const select = vi.fn()
    new ListCursor(
      () => -1,
      (index) => ['a', 'b'][index],
      select
    ).go(1)
    expect(select).toHaveBeenCalledExactlyOnceWith('b')
  })

  it('selects a row that is not loaded yet once it is, and only then', () => {
    const select = vi.fn()
    let rows: Record<number, string> = {}
    const cursor = new ListCursor(
      () => 0,
      (index) => rows[index],
      select
    )
    cursor.go(999)
    expect(select).not.toHaveBeenCalled()
    expect(cursor.index).toBe(999)
    rows = { 998: 'y', 999: 'z' }
    cursor.reach()
    cursor.reach()
    expect(select).toHaveBeenCalledExactlyOnceWith('z')
    expect(cursor.index).toBe(0)
  })
})
