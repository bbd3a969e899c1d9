import { EventEmitter } from 'node:events'
import { needReady } from './app'
import { strict } from './strict'
import { opened, type Bounds } from './window'

/** A display as a test describes it: its work area is the whole display. */
export interface DisplayGiven {
  id: number
  workArea: Bounds
}

interface Display extends DisplayGiven {
  bounds: Bounds
  scaleFactor: number
}

const PRIMARY = { id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1040 } }

function displayOf({ id, workArea }: DisplayGiven): Display {
  return strict('Display', { id, workArea, bounds: workArea, scaleFactor: 1 })
}

/** The overlap of two rectangles, in px². */
function shared(a: Bounds, b: Bounds): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  return Math.max(0, width) * Math.max(0, height)
}

class Screen extends EventEmitter {
  displays = (
    JSON.parse(process.env['TREETOP_STAND_IN_DISPLAYS'] ?? JSON.stringify([PRIMARY])) as DisplayGiven[]
  ).map(displayOf)

  /** Plugs displays in or out; the system moves the windows of removed displays to the first one. */
  readonly change = (given: DisplayGiven[]): void => {
    const before = this.displays
    this.displays = given.map(displayOf)
    const here = new Set(given.map(({ id }) => id))
    const gone = before.filter(({ id }) => !here.has(id))
    const { workArea } = this.displays[0]!
    for (const window of opened.filter((each) => !each.isDestroyed())) {
      if (!gone.some((display) => shared(display.workArea, window.bounds) > 0)) continue
      const { width, height } = window.bounds
      window.place({
        x: workArea.x,
        y: workArea.y,
        width: Math.min(width, workArea.width),
        height: Math.min(height, workArea.height)
      })
    }
    for (const display of gone) this.emit('display-removed', {}, display)
    for (const display of this.displays)
      if (!before.some(({ id }) => id === display.id)) this.emit('display-added', {}, display)
  }

  getAllDisplays(): Display[] {
    needReady("The 'screen' module can't be used before the app 'ready' event")
    return this.displays
  }

  getPrimaryDisplay(): Display {
    return this.getAllDisplays()[0]!
  }

  /** The display with the largest overlap; without any overlap, the first. */
  getDisplayMatching(rectangle: Bounds): Display {
    const [first, ...rest] = this.getAllDisplays()
    return rest.reduce(
      (best, display) =>
        shared(display.workArea, rectangle) > shared(best.workArea, rectangle) ? display : best,
      first!
    )
  }
}

export const screenItself = new Screen()

export const screen = strict('Screen', screenItself, ['display-added', 'display-removed'])
