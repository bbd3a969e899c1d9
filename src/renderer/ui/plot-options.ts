import uPlot from 'uplot'
import { display } from './display.svelte'
import { colourOf } from './theme-colours'

/** One line of a plot. */
export interface PlotLine {
  label: string
  /** A CSS custom property, such as `--chart-1`. */
  colour: string
  /** ms since 1970 UTC, possibly fractional; ascending. */
  at: readonly number[]
  /** null starts a gap. */
  values: readonly (number | null)[]
  /** Lines of different magnitudes use separate axes: left (0) or right (1). */
  axis: 0 | 1
}

export const FONT = '11px system-ui, sans-serif'

/** How lines are drawn. Colours are looked up on each draw, because the theme may change. */
export function plotOptions(
  lines: readonly PlotLine[],
  joined: boolean,
  locale: string,
  hooks: uPlot.Hooks.Arrays
): Omit<uPlot.Options, 'width' | 'height'> {
  const muted = (): string => colourOf('--muted')
  const grid = { stroke: () => colourOf('--border'), width: 1 }
  const right = lines.some(({ axis }) => axis === 1)
  const left = lines.some(({ axis }) => axis === 0)
  const number = new Intl.NumberFormat(locale, { maximumSignificantDigits: 6 })
  const valueAxis = (scale: string, side: 1 | 3, show: boolean): uPlot.Axis => ({
    scale,
    side,
    show,
    stroke: muted,
    font: FONT,
    size: 56,
    gap: 6,
    grid: side === 3 || !left ? grid : { show: false },
    ticks: { show: false },
    values: (_, splits) => splits.map((split) => number.format(split))
  })
  return {
    ms: 1,
    tzDate: plotDate,
    legend: { show: false },
    padding: [10, right ? 0 : 14, 0, left ? 0 : 14],
    cursor: {
      drag: { x: true, y: false, setScale: false },
      points: { size: 7 },
      // Each line has its own times, so use its nearest value.
      dataIdx: (plot, line, index) => nearest(plot.data[line]!, index),
      bind: { dblclick: () => null }
    },
    select: { show: true, left: 0, top: 0, width: 0, height: 0 },
    scales: { x: { time: true, auto: false }, y: { auto: true }, y2: { auto: true } },
    axes: [
      {
        stroke: muted,
        font: FONT,
        grid,
        ticks: { show: false },
        size: 30,
        space: 84,
        values: timesOf(locale)
      },
      valueAxis('y', 3, left),
      valueAxis('y2', 1, right)
    ],
    series: [
      {},
      ...lines.map(({ label, colour, axis }): uPlot.Series => {
        const stroke = (): string => colourOf(colour)
        return {
          label,
          stroke,
          width: 1.5,
          scale: axis === 0 ? 'y' : 'y2',
          spanGaps: joined,
          points: { size: 4, fill: stroke }
        }
      })
    ],
    hooks
  }
}

/** The index nearest to the given one at which the line has a value. */
export function nearest(values: uPlot.AlignedData[number], index: number): number {
  for (let distance = 0; distance < values.length; distance++) {
    if (values[index - distance] != null) return index - distance
    if (values[index + distance] != null) return index + distance
  }
  return index
}

/** The date whose local fields are those of the time zone that times are shown in: lines of the grid fall on its hours and days. */
export function plotDate(at: number): Date {
  return display.times === 'utc' ? uPlot.tzDate(new Date(at), 'Etc/UTC') : new Date(at)
}

/** Time labels as short as their spacing allows; the first one, and the first of each day, include the date. */
export function timesOf(locale: string): NonNullable<uPlot.Axis['values']> {
  const { times } = display
  const label = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
    new Intl.DateTimeFormat(times === 'system' ? undefined : locale, {
      ...options,
      ...(times !== 'system' && options.hour !== undefined && { hourCycle: 'h23' as const }),
      ...(times === 'utc' && { timeZone: 'UTC' })
    })
  const clock = label({ hour: '2-digit', minute: '2-digit' })
  const seconds = label({ hour: '2-digit', minute: '2-digit', second: '2-digit' })
  const parts = label({ minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 })
  const day = label({ month: 'short', day: 'numeric' })
  return (_, splits) => {
    const step = splits.length > 1 ? splits[1]! - splits[0]! : 1_000
    const format = step < 1_000 ? parts : step < 60_000 ? seconds : step < 86_400_000 ? clock : day
    return splits.map((split, index) => {
      const date = new Date(split)
      const before = index > 0 ? splits[index - 1]! : null
      const newDay =
        format !== day && before !== null && plotDate(before).getDate() !== plotDate(split).getDate()
      return newDay ? day.format(date) : format.format(date)
    })
  }
}
