import type { Series } from '../../../shared/contract/series'
import type { ChartSource } from './chart.svelte'
import { sourceName } from './chart-words'
import type { PlotLine } from '../../ui/plot-options'

/** A line whose magnitude differs from that of the first by more than this factor gets the right axis. */
const DIFFERENT = 20

/** A visible source and the data read for it. */
export interface Shown {
  index: number
  source: ChartSource
  series: Series
}

/** The lines of a plot. Lines of a different magnitude than the first use the right axis. */
export function linesOf(shown: readonly Shown[]): PlotLine[] {
  const numbers = shown.filter(({ series }) => series.kind === 'number')
  const sizes = numbers.map(({ series }) => sizeOf(series.values))
  const first = sizes.find((size) => size > 0) ?? 1
  return numbers.map(({ source, series }, index) => {
    const ratio = sizes[index]! / first
    return {
      label: sourceName(source),
      colour: `--chart-${source.colour + 1}`,
      at: series.at.map((time) => time / 1_000),
      values: series.values,
      axis: sizes[index]! > 0 && (ratio > DIFFERENT || ratio < 1 / DIFFERENT) ? 1 : 0
    }
  })
}

function sizeOf(values: Series['values']): number {
  return values.reduce<number>((most, value) => (value === null ? most : Math.max(most, Math.abs(value))), 0)
}

/** The state in effect at a time (µs); null: none. */
export function stateAt({ at, values, states }: Series, time: number): string | null {
  let found: number | null = null
  for (let index = 0; index < at.length && at[index]! <= time; index++) found = values[index]!
  return found === null || found < 0 ? null : (states[found] ?? null)
}
