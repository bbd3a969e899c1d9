import { colourOf } from '../../ui/theme-colours'
import type { LegendEntry } from './legend'

const FONT = 'system-ui, sans-serif'
const LINE = 20
const MARGIN = 14

interface Parts {
  title: string
  plot: HTMLCanvasElement
  /** State bands below the plot; `left` is the left edge in px. */
  strips: readonly { canvas: HTMLCanvasElement; left: number; name: string }[]
  entries: readonly LegendEntry[]
}

/** Renders a chart as a PNG picture: title, legend, plot and state bands. */
export async function chartPicture({ title, plot, strips, entries }: Parts): Promise<Blob | null> {
  const scale = devicePixelRatio
  const width = plot.width / scale + 2 * MARGIN
  const legend = entries.length * LINE
  const height = MARGIN + 26 + legend + 6 + plot.height / scale + strips.length * 24 + MARGIN
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(width * scale)
  canvas.height = Math.round(height * scale)
  const context = canvas.getContext('2d')!
  context.scale(scale, scale)
  context.fillStyle = colourOf('--surface')
  context.fillRect(0, 0, width, height)
  context.textBaseline = 'middle'
  context.fillStyle = colourOf('--text')
  context.font = `600 14px ${FONT}`
  context.fillText(title, MARGIN, MARGIN + 9)
  context.font = `12px ${FONT}`
  let top = MARGIN + 26
  for (const { name, colour, value } of entries) {
    context.fillStyle = colourOf(colour)
    context.fillRect(MARGIN, top + 5, 10, 10)
    context.fillStyle = colourOf('--text')
    context.fillText(value === '' ? name : `${name}   ${value}`, MARGIN + 18, top + 10)
    top += LINE
  }
  top += 6
  context.drawImage(plot, MARGIN, top, plot.width / scale, plot.height / scale)
  top += plot.height / scale
  for (const { canvas: strip, left, name } of strips) {
    context.drawImage(strip, MARGIN + left, top, strip.width / scale, strip.height / scale)
    context.fillStyle = colourOf('--muted')
    context.font = `11px ${FONT}`
    context.fillText(name.split(/[./·]/).at(-1)!.trim(), MARGIN, top + 10, left - 6)
    top += 24
  }
  return new Promise((done) => canvas.toBlob(done, 'image/png'))
}
