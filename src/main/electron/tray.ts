import { resolve } from 'node:path'
import { dialog, Menu, nativeImage, Tray } from 'electron'
import type { App } from '../compose'
import type { MainWindow } from './window'
import { words } from './words'

/** macOS colours template images itself, and finds the `@2x` variant by name. */
const IMAGES: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'trayTemplate.png',
  win32: 'tray.ico'
}
const images = resolve(import.meta.dirname, '../../resources/tray')

/** The tray icon, if the settings enable it. Its menu controls the local broker and reopens a closed window. */
export class TrayIcon {
  private tray: Tray | null = null
  private shown = ''

  constructor(
    private readonly treetop: Pick<App, 'broker' | 'settings'>,
    private readonly window: MainWindow
  ) {}

  /** Updates the menu whenever the broker's status changes. */
  start(): void {
    this.treetop.broker.onChange(() => this.update())
  }

  /** Rebuilds the icon and its menu from the current state. */
  update(): void {
    if (!this.treetop.settings.get().tray) {
      this.tray?.destroy()
      this.tray = null
      this.shown = ''
      return
    }
    this.tray ??= this.make()
    this.show(this.tray)
  }

  private make(): Tray {
    const tray = new Tray(nativeImage.createFromPath(resolve(images, IMAGES[process.platform] ?? 'tray.png')))
    // On macOS a click always opens the menu.
    if (process.platform !== 'darwin') tray.on('click', () => this.window.show())
    return tray
  }

  private show(tray: Tray): void {
    const said = words()
    const status = this.treetop.broker.status()
    const { keepRunning } = this.treetop.settings.get()
    const running = status.state === 'running'
    const line = running ? said.trayBrokerRunning(`${status.host}:${status.port}`) : said.trayBrokerStopped
    // The broker reports its status every second; replacing the menu would close it while it is open.
    const now = JSON.stringify([line, keepRunning, said.trayOpen])
    if (now === this.shown) return
    this.shown = now
    tray.setToolTip(`Treetop · ${line}`)
    tray.setContextMenu(
      Menu.buildFromTemplate([
        { label: said.trayOpen, click: () => this.window.show() },
        { type: 'separator' },
        { label: line, enabled: false },
        running
          ? {
              label: said.trayStopBroker,
              click: () => this.attempt(this.treetop.broker.stop(), said.trayStopFailed, said.trayFailedText)
            }
          : {
              label: said.trayStartBroker,
              click: () =>
                this.attempt(this.treetop.broker.start(), said.trayBrokerFailed, said.trayBrokerFailedText)
            },
        { type: 'separator' },
        ...(process.platform === 'darwin'
          ? []
          : [
              {
                label: said.trayKeepRunning,
                type: 'checkbox' as const,
                checked: keepRunning,
                click: () =>
                  this.attempt(
                    this.treetop.settings.set({ keepRunning: !keepRunning }),
                    said.traySettingFailed,
                    said.trayFailedText
                  )
              }
            ]),
        { role: 'quit', label: said.quit }
      ])
    )
  }

  /** Shows a message box if it fails, and what the menu then says is true again. */
  private attempt(doing: Promise<unknown>, title: string, text: string): void {
    doing.catch(() => {
      this.shown = ''
      this.update()
      dialog.showErrorBox(title, text)
    })
  }
}
