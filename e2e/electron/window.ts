import { EventEmitter } from 'node:events'
import { Contents } from './contents'
import { app } from './app'
import { checkKeys, strict } from './strict'
import { theme } from './theme'

const OPTIONS = [
  'x',
  'y',
  'width',
  'height',
  'minWidth',
  'minHeight',
  'show',
  'autoHideMenuBar',
  'backgroundColor',
  'webPreferences',
  'titleBarStyle',
  'titleBarOverlay',
  'trafficLightPosition'
]
const PREFERENCES = [
  'preload',
  'sandbox',
  'contextIsolation',
  'nodeIntegration',
  'nodeIntegrationInWorker',
  'nodeIntegrationInSubFrames',
  'webSecurity',
  'webviewTag',
  'spellcheck',
  'devTools'
]

interface Options {
  x?: number
  y?: number
  width: number
  height: number
  show: boolean
  webPreferences: { preload: string }
}

const windows = new Set<object>()
/** Which window belongs to which proxy, for the control of tests. */
export const opened: { options: object; window: Double }[] = []

class Double extends EventEmitter {
  readonly webContents = new Contents()
  minimized = false
  maximized = false
  bounds: { x: number; y: number; width: number; height: number }
  visible = false
  focused = 0
  /** In front of other programs' windows. */
  inFront = true
  /** Of the progress on its icon; below 0 there is none. */
  progress = -1
  background = ''

  constructor(options: Options) {
    super()
    checkKeys('BrowserWindow options', options, OPTIONS)
    checkKeys('webPreferences', options.webPreferences, PREFERENCES)
    this.visible = options.show
    const { x = 100, y = 100, width, height } = options
    this.bounds = { x, y, width, height }
    opened.push({ options, window: this })
    app.emit('web-contents-created', {}, this.webContents)
    this.webContents.once('destroyed', () => {
      windows.delete(proxies.get(this)!)
      this.emit('closed')
      if (windows.size === 0) app.emit('window-all-closed')
    })
    this.ready = this.webContents.open(
      options.webPreferences.preload,
      { width, height },
      theme.shouldUseDarkColors
    )
    theme.on('updated', () => this.webContents.setDark(theme.shouldUseDarkColors))
  }

  readonly ready: Promise<void>

  async loadURL(url: string): Promise<void> {
    await this.ready
    await this.webContents.load(url)
    this.emit('ready-to-show')
  }

  show(): void {
    this.visible = true
  }

  /** As a click on its cross: the page may hold it up. */
  close(): void {
    this.emit('close', { preventDefault: () => undefined })
    this.webContents.close()
  }

  isFocused(): boolean {
    return this.inFront
  }

  setProgressBar(progress: number): void {
    this.progress = progress
  }

  setBackgroundColor(colour: string): void {
    this.background = colour
  }

  focus(): void {
    this.focused++
  }

  getNormalBounds(): { x: number; y: number; width: number; height: number } {
    return this.bounds
  }

  maximize(): void {
    this.maximized = true
    this.emit('maximize')
  }

  isMaximized(): boolean {
    return this.maximized
  }

  isFullScreen(): boolean {
    return false
  }

  isDestroyed(): boolean {
    return this.webContents.destroyed
  }

  isMinimized(): boolean {
    return this.minimized
  }

  restore(): void {
    this.minimized = false
  }
}

const proxies = new WeakMap<Double, object>()

export const BrowserWindow = strict(
  'BrowserWindow',
  Object.assign(
    function (options: Options) {
      const double = new Double(options)
      const window = strict('window', double)
      proxies.set(double, window)
      windows.add(window)
      return window
    },
    {
      getAllWindows: () => [...windows],
      getFocusedWindow: () => [...windows].at(-1) ?? null
    }
  )
)
