import { EventEmitter } from 'node:events'
import { existsSync } from 'node:fs'
import { app } from './app'
import type { MenuEntry } from './menu'
import { checkKeys, strict } from './strict'

/** What is on the person's desk beside windows: the tray's icon, notices, the power switch. */
export const desk = {
  tray: null as TrayDouble | null,
  notices: [] as NotificationDouble[]
}

class TrayDouble extends EventEmitter {
  tip = ''
  menu: MenuEntry[] = []

  setToolTip(tip: string): void {
    this.tip = tip
  }

  setContextMenu(menu: { entries: MenuEntry[] }): void {
    this.menu = menu.entries
  }

  destroy(): void {
    if (desk.tray === this) desk.tray = null
  }
}

interface Image {
  path: string
}

export const nativeImage = strict('nativeImage', {
  /** Electron gives an empty image for a file that is not there, which nobody would see. */
  createFromPath(path: string): Image {
    if (!existsSync(path)) throw new Error(`There is no image ${path}`)
    return strict('image', { path })
  }
})

export const Tray = function (image: Image): TrayDouble {
  if (!image.path) throw new TypeError('A tray needs an image')
  desk.tray = new TrayDouble()
  return strict('tray', desk.tray)
}

class NotificationDouble extends EventEmitter {
  shown = false
  readonly options: { title: string; body: string }

  constructor(options: { title: string; body: string }) {
    super()
    this.options = options
    checkKeys('notices', options, ['title', 'body'])
  }

  show(): void {
    this.shown = true
    desk.notices.push(this)
  }
}

export const Notification = strict(
  'Notification',
  Object.assign(
    function (options: { title: string; body: string }) {
      return strict('notification', new NotificationDouble(options))
    },
    { isSupported: () => true }
  )
)

/** Electron's `powerMonitor`. */
export const powerMonitor = strict('powerMonitor', new EventEmitter())

/** Chooses an entry of the tray's menu. */
export function chooseInTray(label: string): void {
  const entry = desk.tray?.menu.find((each) => each.label === label)
  if (entry?.role === 'quit') return app.quit()
  if (!entry?.click) throw new Error(`The tray has no ${label}`)
  entry.click()
}
