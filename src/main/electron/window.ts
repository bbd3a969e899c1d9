import { app, BrowserWindow, dialog, nativeTheme, type BrowserWindowConstructorOptions } from 'electron'
import { editMenu } from './edit-menu'
import { pageUrl } from './page'
import type { WindowStates } from './window-state'
import { words } from './words'

/** Colours of the renderer's tokens: `--bg` until the page is drawn, and `--muted` for the system's buttons in the page's bar. */
const COLOURS = {
  dark: { background: '#0c1410', symbols: '#96a89d' },
  light: { background: '#f3f7f4', symbols: '#51635a' }
}

/** Height of the page's title bar, which contains the system's buttons, in px. */
const BAR = 40

/** The only window. There may be none: on macOS, and with the tray icon, Treetop runs without it. */
export class MainWindow {
  private window: BrowserWindow | null = null
  private sessionEnd: () => void = () => undefined
  /** Called when the window has closed. */
  private readonly closers: (() => void)[] = []

  constructor(
    private readonly preload: string,
    private readonly states: WindowStates
  ) {
    nativeTheme.on('updated', () => this.recolour())
  }

  /** Opens the window in its saved place, or brings it to the front. */
  show(): void {
    if (!this.window) return this.open()
    if (this.window.isMinimized()) this.window.restore()
    this.window.show()
    this.window.focus()
  }

  /** Closes the window; the user may refuse. Resolves to whether it closed. */
  async close(): Promise<boolean> {
    const { window } = this
    if (!window) return true
    return new Promise((resolve) => {
      this.closers.push(() => resolve(true))
      window.webContents.once('will-prevent-unload', () => setImmediate(() => this.window && resolve(false)))
      window.close()
    })
  }

  get current(): BrowserWindow | null {
    return this.window
  }

  /** Calls the listener when Windows ends the user's session. */
  onSessionEnd(listener: () => void): void {
    this.sessionEnd = listener
  }

  private open(): void {
    const place = this.states.place()
    const window = new BrowserWindow({
      ...windowOptions(this.preload, process.platform),
      ...(place && { x: place.x, y: place.y, width: place.width, height: place.height })
    })
    this.window = window
    this.states.follow(window)
    // The window stays hidden until the page is drawn.
    window.once('ready-to-show', () => {
      if (place?.maximized) window.maximize()
      window.show()
    })
    window.on('closed', () => {
      this.window = null
      for (const closed of this.closers.splice(0)) closed()
    })
    window.on('session-end', () => this.sessionEnd())
    window.webContents.on('will-prevent-unload', (event) => {
      if (mayDiscard(window)) event.preventDefault()
    })
    editMenu(window)
    void window.loadURL(pageUrl)
  }

  private recolour(): void {
    const { background, symbols } = colours()
    this.window?.setBackgroundColor(background)
    if (process.platform === 'win32')
      this.window?.setTitleBarOverlay({ color: background, symbolColor: symbols, height: BAR - 1 })
  }
}

function colours(): { background: string; symbols: string } {
  return nativeTheme.shouldUseDarkColors ? COLOURS.dark : COLOURS.light
}

/** The page has unsaved edits. Electron needs the answer synchronously. */
function mayDiscard(window: BrowserWindow): boolean {
  const { discardTitle, discardText, discard, keepEditing } = words()
  const answer = dialog.showMessageBoxSync(window, {
    type: 'question',
    message: discardTitle,
    detail: discardText,
    buttons: [discard, keepEditing],
    defaultId: 1,
    cancelId: 1,
    noLink: true
  })
  return answer === 0
}

/** On macOS and Windows the page's bar is the title bar. Elsewhere the window manager draws its own. */
function titleBar(platform: NodeJS.Platform): BrowserWindowConstructorOptions {
  const { background, symbols } = colours()
  if (platform === 'darwin')
    return {
      titleBarStyle: 'hiddenInset',
      trafficLightPosition: { x: 14, y: 13 },
      titleBarOverlay: { height: BAR }
    }
  if (platform === 'win32')
    return {
      titleBarStyle: 'hidden',
      // Leaves the line below the page's bar visible under the buttons.
      titleBarOverlay: { color: background, symbolColor: symbols, height: BAR - 1 }
    }
  return { autoHideMenuBar: true }
}

export function windowOptions(preload: string, platform: NodeJS.Platform): BrowserWindowConstructorOptions {
  return {
    width: 1280,
    height: 800,
    minWidth: 900,
    minHeight: 600,
    show: false,
    backgroundColor: colours().background,
    ...titleBar(platform),
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
      devTools: !app.isPackaged
    }
  }
}
