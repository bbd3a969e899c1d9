import { EventEmitter } from 'node:events'
import { beforeEach, expect, it, vi } from 'vitest'
import { MainWindow, windowOptions } from './window'
import type { WindowStates } from './window-state'

const electron = vi.hoisted(() => ({
  BrowserWindow: {},
  dialog: { showMessageBoxSync: vi.fn() },
  nativeTheme: { shouldUseDarkColors: true, on: vi.fn() },
  app: { getLocale: () => 'en-GB', isPackaged: false },
  Menu: {}
}))
vi.mock('electron', () => electron)

let all: FakeWindow[] = []

/** A fake window with only the parts that MainWindow uses; e2e/desktop.spec.ts tests with a real one. */
class FakeWindow extends EventEmitter {
  webContents = new EventEmitter()
  show = vi.fn()
  focus = vi.fn()
  restore = vi.fn()
  maximize = vi.fn()
  minimized = false
  loadURL = vi.fn(() => Promise.resolve())
  constructor(readonly options: Record<string, unknown>) {
    super()
    all.push(this)
  }
  isMinimized(): boolean {
    return this.minimized
  }
  close(): void {
    this.emit('closed')
  }
}
electron.BrowserWindow = FakeWindow

let place: ReturnType<WindowStates['place']> = null
const states = { place: () => place, follow: () => undefined } as unknown as WindowStates

beforeEach(() => {
  place = null
  all = []
  electron.nativeTheme.shouldUseDarkColors = true
})

function shown(): { window: MainWindow; fake: FakeWindow } {
  const window = new MainWindow('/app/preload.cjs', states)
  window.show()
  return { window, fake: all[0]! }
}

it('isolates the page: sandbox, context isolation, no Node, only our preload', () => {
  expect(shown().fake.options['webPreferences']).toMatchObject({
    preload: '/app/preload.cjs',
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    webviewTag: false
  })
})

it('stays hidden until the page is ready to show', () => {
  const { fake } = shown()
  expect(fake.options['show']).toBe(false)
  expect(fake.show).not.toHaveBeenCalled()
  fake.emit('ready-to-show')
  expect(fake.show).toHaveBeenCalledOnce()
})

it('has the background of the theme and a minimum size', () => {
  expect(shown().fake.options).toMatchObject({ backgroundColor: '#0c1410', minWidth: 900, minHeight: 600 })
  electron.nativeTheme.shouldUseDarkColors = false
  expect(windowOptions('', 'linux')).toMatchObject({ backgroundColor: '#f3f7f4' })
})

it('loads the page from this process', () => {
  expect(shown().fake.loadURL).toHaveBeenCalledWith('app://treetop/')
})

it('opens at its saved place and size', () => {
  place = { x: 10, y: 20, width: 1_000, height: 700, maximized: true }
  const { fake } = shown()
  expect(fake.options).toMatchObject({ x: 10, y: 20, width: 1_000, height: 700 })
  fake.emit('ready-to-show')
  expect(fake.maximize).toHaveBeenCalledOnce()
})

it('brings the only window to the front, and reopens it after it was closed', async () => {
  const { window, fake } = shown()
  fake.minimized = true
  window.show()
  expect(all).toHaveLength(1)
  expect(fake.restore).toHaveBeenCalledOnce()
  expect(fake.focus).toHaveBeenCalledOnce()
  expect(await window.close()).toBe(true)
  expect(window.current).toBeNull()
  window.show()
  expect(all).toHaveLength(2)
})

it.each([
  [1, false],
  [0, true]
])('asks before discarding edits: answer %i, discarded %s', (answer, discarded) => {
  const { fake } = shown()
  electron.dialog.showMessageBoxSync.mockReturnValueOnce(answer)
  const preventDefault = vi.fn()
  fake.webContents.emit('will-prevent-unload', { preventDefault })
  // Preventing the event discards the edits and closes the page.
  expect(preventDefault.mock.calls.length > 0).toBe(discarded)
})

it("uses the page's bar as its title bar on macOS and Windows", () => {
  expect(windowOptions('', 'darwin')).toMatchObject({ titleBarStyle: 'hiddenInset' })
  expect(windowOptions('', 'win32')).toMatchObject({
    titleBarStyle: 'hidden',
    titleBarOverlay: { color: '#0c1410', height: 39 }
  })
  expect(windowOptions('', 'linux')).not.toHaveProperty('titleBarStyle')
})

it('has DevTools only if the app is not packaged', () => {
  expect(windowOptions('p', 'linux').webPreferences).toMatchObject({ devTools: true })
  electron.app.isPackaged = true
  expect(windowOptions('p', 'linux').webPreferences).toMatchObject({ devTools: false })
  electron.app.isPackaged = false
})
