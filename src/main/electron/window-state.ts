import { join } from 'node:path'
import { screen, type BrowserWindow, type Rectangle } from 'electron'
import { z } from 'zod'
import { JsonFile } from '../profiles/json-file'

/** How long the window must be at rest before its place is saved, in ms. */
const STILL = 400
/** px of the window's upper edge that must be visible, so that the user can drag it. */
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

/** The part of Electron's Display that matters here: `workArea` excludes the system's bars. */
export interface DisplayArea {
  id: number
  workArea: Rectangle
}

/** The window's place on each display, in `window.json` of the data directory. */
export class WindowStates {
  private kept: Kept = { last: null, displays: {} }
  private readonly file: JsonFile
  private timer: NodeJS.Timeout | null = null
  private window: BrowserWindow | null = null
  private writing: Promise<void> = Promise.resolve()

  constructor(directory: string) {
    this.file = new JsonFile(join(directory, 'window.json'))
  }

  /** Reads the file. A malformed file counts as missing. */
  async load(): Promise<void> {
    const read = Kept.safeParse(await this.file.read())
    if (read.success) this.kept = read.data
  }

  /** The place for a new window; null: the system chooses. */
  place(): Place | null {
    return placeOn(this.kept, screen.getAllDisplays())
  }

  /** Saves the window's place from now on. */
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

  /** Resolves when the place is on disk. Write errors are ignored: only the place is lost. */
  async flush(): Promise<void> {
    // Treetop may quit right after a move, before the window has come to rest.
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

/** The place for a window on the current displays: its last place on the display it was last on, moved so that it is reachable. */
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
