import uPlot from 'uplot'
import { display } from './display.svelte'
import { labelsOf, splitsOf, type PaneRange } from './plot-panes'
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
  /** The pane that it is drawn in; 0 is at the top. */
  pane: number
  /** The newest value, if it is held: drawn as a dashed line from its time (ms) to now. */
  held: { from: number; value: number } | null
}

export const FONT = '11px system-ui, sans-serif'
const AXIS_GAP = 6
const AXIS_LEAST = 48
const AXIS_STEP = 16

/** Name of a pane's scale. */
export const scaleName = (pane: number): string => `pane ${pane}`

/** How lines are drawn. Colours are looked up on each draw, because the theme may change; `ranges` returns the range of each pane. */
export function plotOptions(
  lines: readonly PlotLine[],
  joined: boolean,
  locale: string,
  ranges: () => readonly PaneRange[],
  hooks: uPlot.Hooks.Arrays
): Omit<uPlot.Options, 'width' | 'height'> {
  const muted = (): string => colourOf('--muted')
  const grid = { stroke: () => colourOf('--border'), width: 1 }
  const panes = paneCount(lines)
  const labels: string[][] = []
  const names = Array.from({ length: panes }, (_, pane) => scaleName(pane))
  const valueAxis = (scale: string, pane: number): uPlot.Axis => {
    const own = lines.filter((line) => line.pane === pane)
    // An axis has the colour of its line, so that nobody has to look for the line that it belongs to.
    const colour = own.length === 1 && lines.length > 1 ? own[0]!.colour : '--muted'
    return {
      scale,
      side: 3,
      stroke: () => colourOf(colour),
      font: FONT,
      // All axes take the same column: uPlot puts them beside each other, so only the outermost has a width.
      size: pane === panes - 1 ? (plot) => axisSize(plot, labels.flat()) : 0,
      gap: AXIS_GAP,
      space: 26,
      grid,
      ticks: { show: false },
      splits: (_, __, ___, ____, increment) => {
        const range = ranges()[pane]
        return range ? splitsOf(range, increment) : []
      },
      values: (_, splits) => (labels[pane] = labelsOf(splits, locale))
    }
  }
  return {
    ms: 1,
    tzDate: plotDate,
    legend: { show: false },
    padding: [10, 28, 0, panes > 0 ? 0 : 14],
    cursor: {
      drag: { x: true, y: false, setScale: false },
      points: { size: 7 },
      // Each line has its own times, so use its nearest value.
      dataIdx: (plot, line, index) => nearest(plot.data[line]!, index),
      bind: { dblclick: () => null }
    },
    select: { show: true, left: 0, top: 0, width: 0, height: 0 },
    scales: {
      x: { time: true, auto: false },
      ...Object.fromEntries(names.map((name) => [name, { auto: false }]))
    },
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
      ...names.map(valueAxis)
    ],
    series: [
      {},
      ...lines.map(({ label, colour, pane }): uPlot.Series => {
        const stroke = (): string => colourOf(colour)
        return {
          label,
          stroke,
          width: 1.5,
          scale: scaleName(pane),
          spanGaps: joined,
          points: { size: 4, fill: stroke }
        }
      })
    ],
    hooks
  }
}

/** Number of panes that lines are drawn in. */
export function paneCount(lines: readonly PlotLine[]): number {
  return lines.reduce((most, { pane }) => Math.max(most, pane + 1), 0)
}

/** Width in px of the column of axes: that of the longest label. */
function axisSize({ ctx }: uPlot, labels: readonly string[]): number {
  ctx.save()
  ctx.font = FONT
  const widest = Math.max(0, ...labels.map((label) => ctx.measureText(label).width))
  ctx.restore()
  // In steps: a digit more or less must not move the plot with each message.
  return Math.max(AXIS_LEAST, Math.ceil((widest + AXIS_GAP + 6) / AXIS_STEP) * AXIS_STEP)
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
