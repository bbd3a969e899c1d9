import { EventEmitter } from 'node:events'
import { app, appItself, needReady } from './app'
import { Contents } from './contents'
import { checkKeys, happening, strict } from './strict'
import { theme } from './theme'
import { windows, type Closable } from './windows'

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
const EVENTS = [
  'ready-to-show',
  'show',
  'focus',
  'blur',
  'minimize',
  'restore',
  'maximize',
  'unmaximize',
  'move',
  'resize',
  'close',
  'closed',
  // Windows only: the user's session ends.
  'session-end',
  'query-session-end'
]

export interface Bounds {
  x: number
  y: number
  width: number
  height: number
}

interface Options {
  x?: number
  y?: number
  width?: number
  height?: number
  minWidth?: number
  minHeight?: number
  show?: boolean
  backgroundColor?: string
  autoHideMenuBar?: boolean
  webPreferences: { preload: string }
}

/** Electron's defaults. */
const SIZE = { width: 800, height: 600 }
const PLACE = { x: 100, y: 100 }

/** All windows ever opened, including closed ones, for test commands. */
export const opened: WindowDouble[] = []

/** The part of Electron's BrowserWindow that Treetop uses. */
export class WindowDouble extends EventEmitter implements Closable {
  readonly options: Options
  readonly contents = new Contents()
  readonly facade: this
  bounds: Bounds
  minimized = false
  maximized = false
  visible: boolean
  /** How often it was brought to the front. */
  focused = 0
  /** The progress on its icon; below 0 there is none. */
  progress = -1
  background: string
  readonly drawn: Promise<void>

  constructor(options: Options) {
    super()
    this.options = options
    needReady('Cannot create BrowserWindow before app is ready')
    checkKeys('BrowserWindow options', options, OPTIONS)
    checkKeys('webPreferences', options.webPreferences, PREFERENCES)
    const { show = true, backgroundColor = '#FFFFFF', webPreferences, ...place } = options
    this.visible = show
    this.background = backgroundColor
    const { x, y, width, height } = { ...PLACE, ...SIZE, ...place }
    this.bounds = { x, y, width, height }
    this.facade = strict('BrowserWindow', this, EVENTS)
    opened.push(this)
    windows.set(this.facade, this)
    app.emit('web-contents-created', happening({}), this.contents.facade)
    app.emit('browser-window-created', happening({}), this.facade)
    this.contents.once('destroyed', this.gone)
    this.drawn = this.contents.draw(webPreferences.preload, { width, height }, theme.shouldUseDarkColors)
    theme.on('updated', this.follow)
  }

  readonly follow = (): void => this.contents.setDark(theme.shouldUseDarkColors)

  readonly gone = (): void => {
    theme.off('updated', this.follow)
    windows.delete(this.facade)
    this.emit('closed')
    appItself.windowClosed()
  }

  /** Moved there by the user or the system. */
  readonly place = (bounds: Bounds): void => {
    const { width, height } = this.bounds
    this.bounds = bounds
    this.emit('move')
    if (bounds.width !== width || bounds.height !== height) this.emit('resize')
  }

  get webContents(): Contents {
    return this.contents.facade
  }

  async loadURL(url: string): Promise<void> {
    await this.drawn
    await this.contents.load(url)
    this.emit('ready-to-show')
  }

  show(): void {
    this.living()
    this.visible = true
    this.emit('show')
  }

  focus(): void {
    this.living()
    this.focused++
    this.emit('focus')
  }

  close(): void {
    this.living()
    const event = happening({})
    this.emit('close', event)
    if (event.defaultPrevented) appItself.quitHeldUp()
    else this.contents.leave(true)
  }

  destroy(): void {
    this.living()
    this.contents.leave(false)
    this.contents.closed()
  }

  minimize(): void {
    this.living()
    this.minimized = true
    this.emit('minimize')
  }

  restore(): void {
    this.living()
    if (!this.minimized) return
    this.minimized = false
    this.emit('restore')
  }

  maximize(): void {
    this.living()
    this.maximized = true
    this.emit('maximize')
  }

  unmaximize(): void {
    this.living()
    this.maximized = false
    this.emit('unmaximize')
  }

  isDestroyed(): boolean {
    return this.contents.gone
  }

  isVisible(): boolean {
    this.living()
    return this.visible
  }

  isFocused(): boolean {
    this.living()
    return this.visible && !this.minimized
  }

  isMinimized(): boolean {
    this.living()
    return this.minimized
  }

  isMaximized(): boolean {
    this.living()
    return this.maximized
  }

  isFullScreen(): boolean {
    this.living()
    return false
  }

  getBounds(): Bounds {
    this.living()
    return { ...this.bounds }
  }

  /** Where it is when it is neither maximised nor minimised. */
  getNormalBounds(): Bounds {
    this.living()
    return { ...this.bounds }
  }

  getMinimumSize(): number[] {
    const { minWidth = 0, minHeight = 0 } = this.options
    return [minWidth, minHeight]
  }

  getBackgroundColor(): string {
    return this.background
  }

  setBackgroundColor(colour: string): void {
    this.living()
    this.background = colour
  }

  setProgressBar(progress: number): void {
    this.living()
    this.progress = progress
  }

  get autoHideMenuBar(): boolean {
    return this.options.autoHideMenuBar ?? false
  }

  /** Throws for a destroyed window, as Electron does. */
  private readonly living = (): void => {
    if (this.contents.gone) throw new TypeError('Object has been destroyed')
  }
}

const facades = (): WindowDouble[] => [...windows.keys()] as WindowDouble[]

export const BrowserWindow = strict(
  'BrowserWindow (static)',
  Object.assign(
    function (options: Options) {
      return new WindowDouble(options).facade
    },
    {
      getAllWindows: facades,
      getFocusedWindow: () => facades().find((window) => window.isFocused()) ?? null
    }
  )
)
