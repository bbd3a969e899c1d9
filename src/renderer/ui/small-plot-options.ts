import type uPlot from 'uplot'
import { FONT, timesOf } from './plot-options'
import { colourOf } from './theme-colours'

/** px between two labels of the value axis, at least. */
const SPACE = 26

/** How the lines of a small plot are drawn. Values begin at 0. Colours are looked up on each draw, because the theme may change. */
export function smallPlotOptions(
  lines: readonly { label: string; colour: string }[],
  format: (value: number) => string,
  locale: string,
  hooks: uPlot.Hooks.Arrays
): Omit<uPlot.Options, 'width' | 'height'> {
  const axis = {
    stroke: () => colourOf('--muted'),
    font: FONT,
    grid: { stroke: () => colourOf('--border'), width: 1 },
    ticks: { show: false }
  }
  return {
    ms: 1,
    legend: { show: false },
    padding: [6, 10, 0, 0],
    cursor: { drag: { x: false, y: false }, y: false, points: { show: false } },
    scales: { x: { time: true, auto: false }, y: { range: (_, _min, max) => [0, max > 0 ? max * 1.08 : 1] } },
    axes: [
      { ...axis, size: 24, space: 60, values: timesOf(locale) },
      {
        ...axis,
        size: 54,
        gap: 6,
        space: SPACE,
        values: (_, splits) => splits.map(format)
      }
    ],
    series: [
      {},
      ...lines.map(({ label, colour }): uPlot.Series => ({
        label,
        stroke: () => colourOf(colour),
        // The chart colours are six hex digits; the last two are the opacity.
        fill: () => `${colourOf(colour)}1c`,
        width: 1.25,
        points: { show: false }
      }))
    ],
    hooks
  }
}
