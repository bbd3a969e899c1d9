import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { app, BrowserWindow, dialog } from 'electron'
import { isAppError } from '../shared/errors'
import { compose, type App } from './compose'
import { confinePages } from './electron/confine'
import { chooseExportFile } from './electron/export-file'
import { servePages } from './electron/ipc'
import { setMenu } from './electron/menu'
import { registerScheme, servePage } from './electron/protocol'
import { safeStorageBox } from './electron/safe-storage'
import { openWindow } from './electron/window'
import { WindowStates } from './electron/window-state'
import { words } from './electron/words'
import { openLog } from './log/file'
import { tellStart } from './log/start'
import { defaultDataDirectory, holdDataDirectory } from './profiles/data-directory'

/** How long everything may take to be put on disk at the end, in ms. */
const CLOSE_TIMEOUT = 5_000

const preload = resolve(import.meta.dirname, '../preload/index.cjs')
const root = resolve(import.meta.dirname, '../renderer')

const { values } = parseArgs({
  args: process.argv.slice(1),
  options: { 'data-dir': { type: 'string' } },
  strict: false
})
const asked = values['data-dir']
const dataDirectory = resolve(typeof asked === 'string' ? asked : defaultDataDirectory())

// Chromium's own files live beside ours, so that two data directories are two Treetops, each with a lock of its own.
const chromium = join(dataDirectory, 'electron')
mkdirSync(dataDirectory, { recursive: true, mode: 0o700 })
mkdirSync(chromium, { recursive: true })
app.setPath('userData', chromium)

if (app.requestSingleInstanceLock()) {
  app.enableSandbox()
  registerScheme()
  app.whenReady().then(run).catch(fail)
} else {
  // The one that runs comes to the front.
  app.quit()
}

async function run(): Promise<void> {
  const release = holdDataDirectory(dataDirectory)
  const host = { kind: 'desktop', secrets: safeStorageBox(), chooseExportFile } as const
  const log = openLog(dataDirectory)
  tellStart(log, app.getVersion(), 'desktop')
  const treetop = await compose({ dataDirectory, version: app.getVersion(), host, log })
  const states = new WindowStates(dataDirectory)
  await states.load()
  closeAtQuit(treetop, states, release)
  confinePages()
  servePage(root)
  servePages((channel) => treetop.connect(channel))
  treetop.onSettings(({ language }) => setMenu(language, (id) => treetop.command(id)))
  const show = (): void => showWindow(states)
  show()
  app.on('second-instance', show)
  app.on('activate', show)
  app.on('window-all-closed', () => {
    // On macOS an app stays without windows; connections go on recording.
    if (process.platform !== 'darwin') app.quit()
  })
}

/** Brings the window to the front, or opens it. */
function showWindow(states: WindowStates): void {
  const [window] = BrowserWindow.getAllWindows()
  if (!window) return void openWindow(preload, states)
  if (window.isMinimized()) window.restore()
  window.focus()
}

function closeAtQuit(treetop: App, states: WindowStates, release: () => void): void {
  let closing = false
  app.on('before-quit', (event) => {
    event.preventDefault()
    if (closing) return
    closing = true
    const timeout = new Promise((resolve) => setTimeout(resolve, CLOSE_TIMEOUT))
    void Promise.race([Promise.all([treetop.close(), states.flush()]), timeout]).finally(() => {
      release()
      app.exit(0)
    })
  })
}

function fail(error: unknown): void {
  const { cannotStart, inUse } = words()
  const text = isAppError(error, 'DATA_DIRECTORY_IN_USE')
    ? inUse(error.details.path, error.details.pid)
    : error instanceof Error
      ? error.message
      : String(error)
  dialog.showErrorBox(cannotStart, text)
  app.exit(1)
}
