import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Series } from '../../../shared/contract/series'
import { apiTo, held } from '../../state/api-fixture'
import { ChartState } from './chart.svelte'

const series = (share: number): Series => ({
  share,
  cut: false,
  kind: 'number',
  points: 1,
  exact: true,
  before: null,
  after: null,
  held: null,
  at: [1],
  values: [1],
  states: []
})

let close = (): void => undefined
afterEach(() => close())

function setup(shares: number[] = [], gates: (Promise<void> | undefined)[] = []) {
  const asked: string[][] = []
  const made = apiTo({
    'series.read': async ({ sources }) => {
      asked.push(sources.map(({ topic }) => topic))
      await gates[asked.length - 1]
      return { from: 0, to: 10, now: 10, series: sources.map(() => series(shares.shift() ?? 1)) }
    }
  })
  close = made.close
  return { chart: new ChartState(made.api, { kind: 'connection', id: 'c' }), asked }
}

describe('a chart', () => {
  it('keeps querying until the whole range has been read', async () => {
    const { chart, asked } = setup([0.2, 0.6, 1])
    chart.add({ topic: 'a', path: '' })
    await vi.waitFor(() => expect(chart.share).toBe(1))
    expect(asked).toHaveLength(3)
  })

  it('drops an answer to a query for outdated sources', async () => {
    const { gate, letGo } = held()
    const { chart, asked } = setup([], [gate])
    chart.add({ topic: 'a', path: '' })
    await vi.waitFor(() => expect(asked).toHaveLength(1))
    chart.add({ topic: 'b', path: '' })
    letGo()
    await vi.waitFor(() => expect(chart.series).toHaveLength(2))
    expect(asked).toEqual([['a'], ['a', 'b']])
  })

  it('adds each source once, in a colour of its own', () => {
    const { chart } = setup()
    chart.add({ topic: 'a', path: '' })
    chart.add({ topic: 'a', path: '' })
    chart.add({ topic: 'b', path: '' })
    chart.remove({ topic: 'a', path: '' })
    chart.add({ topic: 'c', path: '' })
    expect(chart.sources.map(({ topic, colour }) => [topic, colour])).toEqual([
      ['b', 1],
      ['c', 0]
    ])
  })
})
