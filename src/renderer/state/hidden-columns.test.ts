import { expect, it } from 'vitest'
import { HiddenColumns } from './hidden-columns.svelte'
import { Preferences } from './preferences.svelte'

function storage(stored: Record<string, string> = {}) {
  return {
    getItem: (name: string) => stored[name] ?? null,
    setItem: (name: string, text: string) => void (stored[name] = text)
  }
}

it('hides columns of a table, also after a reload, until all are shown again', () => {
  const kept = storage()
  const loaded = (): HiddenColumns => new HiddenColumns(new Preferences(kept))
  const columns = loaded()
  columns.toggle('clients', 'since')
  columns.toggle('clients', 'address')
  columns.toggle('clients', 'since')
  const again = loaded()
  expect(['since', 'address'].map((id) => again.shows('clients', id))).toEqual([true, false])
  expect([again.showsAll('clients'), again.showsAll('other')]).toEqual([false, true])
  again.showAll('clients')
  expect(loaded().shows('clients', 'address')).toBe(true)
})

it.each(['{"clients":', '5', '{"clients":{"a":1}}'])(
  'shows every column when what is stored is %s',
  (text) => {
    const columns = new HiddenColumns(new Preferences(storage({ 'treetop.hidden-columns': text })))
    expect(columns.showsAll('clients')).toBe(true)
  }
)
