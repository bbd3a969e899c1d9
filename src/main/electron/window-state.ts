import { join } from 'node:path'
import { screen, type BrowserWindow, type Rectangle } from 'electron'
import { z } from 'zod'
import { JsonFile } from '../profiles/json-file'

/** How long a window must stand still before its place is kept, in ms. */
const STILL = 400
/** px of a window's upper edge that must be in sight, so that a person can get hold of it. */
const HOLD = { width: 120, height: 40 }

const Place = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(200),
  height: z.int().min(200),
  maximized: z.boolean()
})
type Place = z.infer<typeof Place>

const Kept = z.object({ last: z.string().nullable(), displays: z.record(z.string(), Place) })
type Kept = z.infer<typeof Kept>

/** A display, as far as it matters: `workArea` is what the system's own bars leave. */
export interface DisplayArea {
  id: number
  workArea: Rectangle
}

/** Where the window was on each display, in `window.json` of the data directory. */
export class WindowStates {
  private kept: Kept = { last: null, displays: {} }
  private readonly file: JsonFile
  private timer: NodeJS.Timeout | null = null
  private window: BrowserWindow | null = null
  private writing: Promise<void> = Promise.resolve()

  constructor(directory: string) {
    this.file = new JsonFile(join(directory, 'window.json'))
  }

  /** Reads the file. One that cannot be understood counts as none. */
  async load(): Promise<void> {
    const read = Kept.safeParse(await this.file.read())
    if (read.success) this.kept = read.data
  }

  /** Where the window is to be; null: wherever the system puts it. */
  place(): Place | null {
    return placeOn(this.kept, screen.getAllDisplays())
  }

  /** Keeps where the window is from now on. */
  follow(window: BrowserWindow): void {
    const later = (): void => {
      if (this.timer) clearTimeout(this.timer)
      this.timer = setTimeout(() => this.keep(window), STILL)
    }
    window.on('resize', later)
    window.on('move', later)
    window.on('maximize', later)
    window.on('unmaximize', later)
    window.on('close', () => this.keep(window))
    this.window = window
  }

  /** Ends when everything is on disk. What cannot be written is left: it is only a place. */
  async flush(): Promise<void> {
    // Whoever ends Treetop at once does not wait until the window stands still.
    if (this.timer && this.window) this.keep(this.window)
    await this.writing
  }

  private keep(window: BrowserWindow): void {
    if (this.timer) clearTimeout(this.timer)
    this.timer = null
    if (window.isDestroyed() || window.isFullScreen()) return
    const bounds = window.getNormalBounds()
    const display = String(screen.getDisplayMatching(bounds).id)
    const place = { ...bounds, maximized: window.isMaximized() }
    this.kept = { last: display, displays: { ...this.kept.displays, [display]: place } }
    this.writing = this.file.write(this.kept).catch(() => undefined)
  }
}

/** Where a window is to be on the displays that there are now: where it was on the one that it was on last, as far as it can be reached there. */
export function placeOn({ last, displays }: Kept, now: readonly DisplayArea[]): Place | null {
  const display = now.find(({ id }) => String(id) === last)
  const place = display && displays[String(display.id)]
  if (!display || !place) return null
  const { workArea } = display
  const width = Math.min(place.width, workArea.width)
  const height = Math.min(place.height, workArea.height)
  const x = Math.max(
    workArea.x - width + HOLD.width,
    Math.min(place.x, workArea.x + workArea.width - HOLD.width)
  )
  const y = Math.max(workArea.y, Math.min(place.y, workArea.y + workArea.height - HOLD.height))
  return { x, y, width, height, maximized: place.maximized }
}
