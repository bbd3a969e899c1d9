import type uPlot from 'uplot'
import { paneCount, scaleName, type PlotLine } from './plot-options'
import { colourOf } from './theme-colours'

/** What a plot draws by itself, beside uPlot: where panes meet, and values that are held. */

const HELD_DASH = [2, 4]

/** Draws a line where two panes meet. */
export function drawPaneEdges(plot: uPlot, lines: readonly PlotLine[]): void {
  const count = paneCount(lines)
  const { ctx, bbox } = plot
  ctx.save()
  ctx.strokeStyle = colourOf('--border-strong')
  ctx.lineWidth = devicePixelRatio
  ctx.beginPath()
  for (let pane = 1; pane < count; pane++) {
    const y = Math.round(bbox.top + (bbox.height * pane) / count) + (ctx.lineWidth % 2) / 2
    ctx.moveTo(0, y)
    ctx.lineTo(bbox.left + bbox.width, y)
  }
  ctx.stroke()
  ctx.restore()
}

/** Draws values that are held as dashed lines, from when they were received until `until` (ms). */
export function drawHeld(plot: uPlot, lines: readonly PlotLine[], until: number): void {
  const { ctx, bbox } = plot
  const right = bbox.left + bbox.width
  ctx.save()
  ctx.lineWidth = 1.5 * devicePixelRatio
  ctx.lineCap = 'round'
  ctx.setLineDash(HELD_DASH.map((length) => length * devicePixelRatio))
  for (const { held, colour, pane } of lines) {
    if (!held) continue
    const from = Math.max(bbox.left, plot.valToPos(held.from, 'x', true))
    const to = Math.min(right, plot.valToPos(until, 'x', true))
    if (!(to > from)) continue
    // In the middle of a row of pixels, where the line is sharp.
    const y = Math.floor(plot.valToPos(held.value, scaleName(pane), true)) + 0.5
    ctx.strokeStyle = colourOf(colour)
    ctx.beginPath()
    ctx.moveTo(from, y)
    ctx.lineTo(to, y)
    ctx.stroke()
  }
  ctx.restore()
}
