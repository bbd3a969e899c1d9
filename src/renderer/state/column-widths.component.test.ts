import { beforeEach, describe, expect, it } from 'vitest'
import { ColumnWidths } from './column-widths.svelte'

describe('column widths', () => {
  beforeEach(() => localStorage.clear())

  it('are kept per table, and survive a reload', () => {
    const widths = new ColumnWidths()
    widths.set('packets', { type: 120 })
    widths.set('metrics', { name: 300 })
    const again = new ColumnWidths()
    expect([again.of('packets'), again.of('metrics'), again.of('clients')]).toEqual([
      { type: 120 },
      { name: 300 },
      {}
    ])
  })

  it('fall back to the table’s own when the stored ones are unreadable', () => {
    localStorage.setItem('treetop.column-widths', '{"packets":')
    expect(new ColumnWidths().of('packets')).toEqual({})
  })
})
