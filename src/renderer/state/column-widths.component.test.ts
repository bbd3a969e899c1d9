import { beforeEach, describe, expect, it } from 'vitest'
import { ColumnWidths } from './column-widths.svelte'
import { Preferences } from './preferences.svelte'

/** The widths as a page has them that was just loaded. */
const loaded = (): ColumnWidths => new ColumnWidths(new Preferences(localStorage))

describe('column widths', () => {
  beforeEach(() => localStorage.clear())

  it('are kept per table, and survive a reload', () => {
    const widths = loaded()
    widths.set('packets', { type: 120 })
    widths.set('metrics', { name: 300 })
    const again = loaded()
    expect([again.get('packets'), again.get('metrics'), again.get('clients')]).toEqual([
      { type: 120 },
      { name: 300 },
      {}
    ])
  })

  it('fall back to the table’s own when the stored ones are unreadable', () => {
    localStorage.setItem('treetop.column-widths', '{"packets":')
    expect(loaded().get('packets')).toEqual({})
  })
})
