import type { Series } from '../../../shared/contract/series'
import type { PlotLine } from '../../ui/plot-options'
import { panesOf } from './chart-panes'
import { sourceName } from './chart-words'
import type { ChartSource } from './chart.svelte'

/** A visible source and the data read for it. */
export interface Shown {
  index: number
  source: ChartSource
  series: Series
}

/** The lines of a plot. `overlaid`: all on one scale, not in panes. */
export function linesOf(shown: readonly Shown[], overlaid: boolean): PlotLine[] {
  const numbers = shown.filter(({ series }) => series.kind === 'number')
  const panes = overlaid
    ? null
    : panesOf(numbers.map(({ source, series }) => ({ source, size: sizeOf(series.values) })))
  return numbers.map(({ source, series }, index) => ({
    label: sourceName(source),
    colour: `--chart-${source.colour + 1}`,
    at: series.at.map((time) => time / 1_000),
    values: series.values,
    pane: panes?.[index] ?? 0,
    held: heldOf(series)
  }))
}

function heldOf({ held, values }: Series): PlotLine['held'] {
  const value = held === null ? undefined : values.findLast((each) => each !== null)
  return held === null || value == null ? null : { from: held / 1_000, value }
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
