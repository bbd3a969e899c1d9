import { expect, it } from 'vitest'
import { render } from 'vitest-browser-svelte'
import type { CallInput } from '../../../shared/contract'
import type { Series } from '../../../shared/contract/series'
import { apiTo } from '../../state/api-fixture'
import { ChartState } from './chart.svelte'
import ChartView from './ChartView.svelte'

const MINUTE = 60e6
const NOW = 1_700_000_000_000_000

/** Two values of one topic, the last of them 40 minutes ago, and one of another magnitude. */
const values = [
  { topic: 'a', at: NOW - 50 * MINUTE, value: 20 },
  { topic: 'a', at: NOW - 40 * MINUTE, value: 21 },
  { topic: 'b', at: NOW - 40 * MINUTE, value: 100_000 }
]

function seriesOf(topic: string, from: number, to: number): Series {
  const own = values.filter((each) => each.topic === topic)
  const before = own.findLast(({ at }) => at < from)
  const within = own.filter(({ at }) => at >= from && at <= to)
  const drawn = [...(before ? [before] : []), ...within]
  return {
    share: 1,
    cut: false,
    kind: drawn.length > 0 ? 'number' : 'none',
    points: within.length,
    exact: true,
    before: before?.at ?? null,
    after: null,
    held: drawn.at(-1)?.at ?? null,
    at: drawn.map(({ at }) => at),
    values: drawn.map(({ value }) => value),
    states: []
  }
}

it('holds values that came before the time range, says so, and offers the range in which they came', async () => {
  const { api, close } = apiTo({
    'series.read': ({ sources, time }: CallInput<'series.read'>) => {
      const to = time.to ?? NOW
      const from = 'from' in time ? time.from : time.length === null ? values[0]!.at : to - time.length
      return { from, to, now: NOW, series: sources.map(({ topic }) => seriesOf(topic, from, to)) }
    }
  })
  const chart = new ChartState(api, { kind: 'connection', id: 'c' })
  chart.show([
    { topic: 'a', path: '', colour: 0, hidden: false },
    { topic: 'b', path: '', colour: 1, hidden: false }
  ])
  const screen = await render(ChartView, { chart, label: 'Chart', onremove: null })
  await expect.element(screen.getByText(/No new values in this time range/)).toBeVisible()
  await expect.element(screen.getByRole('button', { name: 'a 21 held for 40 min' })).toBeVisible()

  const plot = screen.getByRole('application', { name: 'Chart' })
  /** The columns of the plot, in tenths of its width, in which a line of one of both colours is drawn. */
  const drawn = (): string => {
    const canvas = plot.element().querySelector('canvas')!
    const over = plot.element().querySelector<HTMLElement>('.u-over')!
    const left = over.offsetLeft * devicePixelRatio
    const width = over.offsetWidth * devicePixelRatio
    const { data } = canvas.getContext('2d')!.getImageData(left, 0, width, canvas.height)
    const columns = new Set<number>()
    for (let at = 0; at < data.length; at += 4) {
      const [red, green, blue, alpha] = data.subarray(at, at + 4)
      if (alpha! > 200 && Math.max(red!, green!, blue!) - Math.min(red!, green!, blue!) > 70)
        columns.add(Math.floor((((at / 4) % width) / width) * 10))
    }
    return [...columns].sort().join('')
  }
  await expect.poll(drawn).toBe('0123456789')

  await screen.getByRole('button', { name: 'Show last 1 h' }).click()
  await expect.element(screen.getByText(/No new values/)).not.toBeInTheDocument()
  expect(chart.length).toBe(60 * MINUTE)
  expect(screen.getByText(/per interval/).elements()).toHaveLength(0)

  chart.setZoom({ from: NOW + 10 * MINUTE, to: NOW + 20 * MINUTE })
  await expect.element(screen.getByText('No values in this time range.')).toBeVisible()
  await screen.getByRole('button', { name: 'Earlier values' }).click()
  await expect.element(screen.getByText(/No values/)).not.toBeInTheDocument()
  expect(chart.zoom!.from).toBeLessThan(values[1]!.at)
  expect(chart.zoom!.to).toBeGreaterThan(values[1]!.at)
  close()
})
