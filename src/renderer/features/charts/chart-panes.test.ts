import { expect, it } from 'vitest'
import { panesOf, quantityOf } from './chart-panes'

it.each([
  ['oven/state', '/zones/0/temp', 'temp'],
  ['oven/Temp2', '', 'temp'],
  ['cell-1/pressure', '/value', 'pressure'],
  ['spark', '/m/[name=Motor~1Speed 3]/value', 'motor/speed'],
  ['l', '/0', 'l'],
  ['value', '', '']
])('%s %s measures “%s”', (topic, path, quantity) => {
  expect(quantityOf({ topic, path })).toBe(quantity)
})

it('values of one name and magnitude share a pane, and any others have panes of their own', () => {
  const line = (topic: string, size: number): { source: { topic: string; path: string }; size: number } => ({
    source: { topic, path: '' },
    size
  })
  const lines = [line('a/temp', 21), line('a/humidity', 45), line('b/temp', 180), line('c/temp', 21_000)]
  expect(panesOf([...lines, line('d/temp', 0)])).toEqual([0, 1, 0, 2, 0])
})
