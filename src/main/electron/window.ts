import { BrowserWindow, nativeTheme, type BrowserWindowConstructorOptions } from 'electron'
import { pageUrl } from './page'
import type { WindowStates } from './window-state'

/** What the window shows until the page does: `--bg` of the renderer's tokens. */
const BACKGROUND = { dark: '#0c1410', light: '#f3f7f4' }

/** Opens a window on the page, where it was before; it appears when there is something to see. */
export function openWindow(preload: string, states: WindowStates): BrowserWindow {
  const place = states.place()
  const window = new BrowserWindow({
    ...windowOptions(preload),
    ...(place && { x: place.x, y: place.y, width: place.width, height: place.height })
  })
  states.follow(window)
  window.once('ready-to-show', () => {
    if (place?.maximized) window.maximize()
    window.show()
  })
  void window.loadURL(pageUrl)
  return window
}

function windowOptions(preload: string): BrowserWindowConstructorOptions {
  return {
    width: 1280,
    height: 800,
    minWidth: 900,
    minHeight: 600,
    show: false,
    autoHideMenuBar: true,
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false
    }
  }
}
