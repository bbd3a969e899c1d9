import { EventEmitter } from 'node:events'
import { existsSync } from 'node:fs'
import { menuOf, type MenuDouble } from './menu'
import { checkKeys, strict } from './strict'

/** The desktop around the windows: the tray icon, notifications, power events. */
export const desk = {
  tray: null as TrayDouble | null,
  /** The notifications that were shown. */
  notices: [] as { title: string; body: string }[]
}

class ImageDouble {
  isEmpty(): boolean {
    return false
  }
}

export const nativeImage = strict('NativeImage (static)', {
  /** Electron returns an empty image for a missing file, which would go unnoticed. */
  createFromPath(path: string): ImageDouble {
    if (!existsSync(path)) throw new Error(`There is no image ${path}`)
    return strict('NativeImage', new ImageDouble())
  }
})

class TrayDouble extends EventEmitter {
  tip = ''
  menu: MenuDouble | null = null
  gone = false

  setToolTip(tip: string): void {
    this.tip = tip
  }

  setContextMenu(menu: object | null): void {
    this.menu = menu && menuOf(menu)
  }

  isDestroyed(): boolean {
    return this.gone
  }

  destroy(): void {
    this.gone = true
    if (desk.tray === this) desk.tray = null
  }
}

export const Tray = function (image: ImageDouble): TrayDouble {
  if (image.isEmpty()) throw new TypeError('A tray needs an image')
  desk.tray = new TrayDouble()
  return strict('Tray', desk.tray, ['click', 'right-click', 'double-click'])
}

class NotificationDouble extends EventEmitter {
  readonly options: { title: string; body: string }

  constructor(options: { title: string; body: string }) {
    super()
    this.options = options
    checkKeys('notices', options, ['title', 'body'])
  }

  show(): void {
    desk.notices.push(this.options)
    this.emit('show', {})
  }
}

export const Notification = strict(
  'Notification (static)',
  Object.assign(
    function (options: { title: string; body: string }) {
      return strict('Notification', new NotificationDouble(options), ['show', 'click', 'close', 'failed'])
    },
    { isSupported: () => true }
  )
)

export const power = new EventEmitter()

/** Electron's `powerMonitor`: its events are emitted on a test's command. */
export const powerMonitor = strict('PowerMonitor', power, ['shutdown', 'suspend', 'resume'])
