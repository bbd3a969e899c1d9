import { beforeEach, describe, expect, it } from 'vitest'
import { ColumnWidths } from './column-widths.svelte'

describe('the widths of columns', () => {
  beforeEach(() => localStorage.clear())

  it('are kept by table, also when the page is loaded again', () => {
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

  it('are those of the table where what was kept cannot be read', () => {
    localStorage.setItem('treetop.column-widths', '{"packets":')
    expect(new ColumnWidths().of('packets')).toEqual({})
  })
})
