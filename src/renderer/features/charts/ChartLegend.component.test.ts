import { expect, it, vi } from 'vitest'
import { render } from 'vitest-browser-svelte'
import ChartLegend from './ChartLegend.svelte'

it('lists every value in the legend, even if two have the same name', async () => {
  const entry = {
    name: 'a.b',
    title: 't · a.b',
    colour: '--chart-1',
    hidden: false,
    value: '1',
    at: null,
    held: null
  }
  const onremove = vi.fn()
  const screen = await render(ChartLegend, {
    entries: [entry, { ...entry, value: '2' }],
    now: 0,
    ontoggle: () => undefined,
    onremove
  })
  const remove = screen.getByRole('button', { name: 'Remove a.b from the chart' })
  expect(remove.elements()).toHaveLength(2)
  await remove.nth(1).click()
  expect(onremove).toHaveBeenCalledWith(1)
})

it('says since when a value is held', async () => {
  const entry = {
    name: 'a',
    title: 't',
    colour: '--chart-1',
    hidden: false,
    value: '1',
    at: null,
    held: null
  }
  const screen = await render(ChartLegend, {
    entries: [
      { ...entry, held: 60e6 },
      { ...entry, name: 'b', value: '2' }
    ],
    now: 60e6 + 7_200e6,
    ontoggle: () => undefined,
    onremove: null
  })
  await expect.element(screen.getByRole('button', { name: 'a 1 held for 2 hr' })).toBeVisible()
  await expect.element(screen.getByRole('button', { name: 'b 2', exact: true })).toBeVisible()
})
