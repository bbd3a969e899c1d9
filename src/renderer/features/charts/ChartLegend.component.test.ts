import { expect, it, vi } from 'vitest'
import { render } from 'vitest-browser-svelte'
import ChartLegend from './ChartLegend.svelte'

it('lists every value in the legend, even if two have the same name', async () => {
  const entry = { name: 'a.b', title: 't · a.b', colour: '--chart-1', hidden: false, value: '1', at: null }
  const onremove = vi.fn()
  const screen = await render(ChartLegend, {
    entries: [entry, { ...entry, value: '2' }],
    time: null,
    ontoggle: () => undefined,
    onremove
  })
  const remove = screen.getByRole('button', { name: 'Remove a.b from the chart' })
  expect(remove.elements()).toHaveLength(2)
  await remove.nth(1).click()
  expect(onremove).toHaveBeenCalledWith(1)
})
