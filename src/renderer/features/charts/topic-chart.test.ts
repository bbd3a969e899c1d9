import { afterEach, expect, it, vi } from 'vitest'
import { AppError } from '../../../shared/errors'
import type { TopicCharts } from '../../../shared/contract/topic-charts'
import { apiTo } from '../../state/api-fixture'
import { TopicChart } from './topic-chart.svelte'

let close = (): void => undefined
afterEach(() => close())

/** A page on a process that keeps `stored`. */
function setup(stored: { charts: TopicCharts; readable?: boolean }) {
  const failed = vi.fn()
  const made = apiTo({
    'series.fields': () => [{ path: '/t', place: '/t', kind: 'number', text: '1' }],
    'series.read': () => ({ from: 0, to: 1, now: 1, series: [] }),
    'topicCharts.get': () => {
      if (stored.readable === false) throw new AppError('NOT_FOUND', { what: 'profile', id: 'c' })
      return stored.charts
    },
    'topicCharts.set': ({ charts }: { charts: TopicCharts }) => {
      stored.charts = charts
    }
  })
  close = made.close
  const charts = new TopicChart(made.api, { kind: 'connection', id: 'c' }, failed)
  const shown = (): string[] => charts.chart.sources.map(({ topic, path }) => topic + path)
  return { charts, chart: charts.chart, shown, failed }
}

it('keeps what the user added to a topic’s chart, over other topics and a new page', async () => {
  const stored = { charts: [] as TopicCharts }
  const { charts, chart, shown } = setup(stored)
  await charts.show('a')
  expect(shown()).toEqual(['a/t'])
  expect(stored.charts).toEqual([])
  chart.add({ topic: 'b', path: '/x' })
  chart.toggle(0)
  chart.setOverlaid(true)
  await vi.waitFor(() => expect(stored.charts[0]?.overlaid).toBe(true))
  await charts.show('c')
  expect(shown()).toEqual(['c/t'])
  expect(chart.overlaid).toBe(false)
  await charts.show('a')
  expect(shown()).toEqual(['a/t', 'b/x'])

  close()
  const later = setup(stored)
  await later.charts.show('a')
  expect(later.shown()).toEqual(['a/t', 'b/x'])
  expect(later.chart.sources[0]!.hidden).toBe(true)
  expect(later.chart.overlaid).toBe(true)
})

it('adds a picked value to the chart that is kept, and forgets a chart without values', async () => {
  const source = { topic: 'b', path: '/x', colour: 3, hidden: false }
  const stored = { charts: [{ topic: 'a', sources: [source], overlaid: false }] as TopicCharts }
  const { charts, chart, shown } = setup(stored)
  await charts.pick('a', '/t')
  expect(shown()).toEqual(['b/x', 'a/t'])
  chart.remove({ topic: 'b', path: '/x' })
  chart.remove({ topic: 'a', path: '/t' })
  await vi.waitFor(() => expect(stored.charts).toEqual([]))
  await charts.show('c')
  await charts.show('a')
  expect(shown()).toEqual(['a/t'])
})

it('shows a chart even if kept ones cannot be read, and does not replace them', async () => {
  const source = { topic: 'b', path: '/x', colour: 3, hidden: false }
  const kept: TopicCharts = [{ topic: 'b', sources: [source], overlaid: false }]
  const stored = { charts: kept, readable: false }
  const { charts, chart, shown, failed } = setup(stored)
  await charts.show('a')
  expect(shown()).toEqual(['a/t'])
  chart.add({ topic: 'a', path: '/u' })
  await vi.waitFor(() => expect(failed).toHaveBeenCalledTimes(2))
  expect(stored.charts).toBe(kept)
})
