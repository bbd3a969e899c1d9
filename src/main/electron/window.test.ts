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

/** A window, as far as its own code needs one; e2e/desktop.spec.ts has the rest. */
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

it('gives the page a sandbox, a world of its own, no Node, and the one preload', () => {
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

it('shows itself only when there is something to see', () => {
  const { fake } = shown()
  expect(fake.options['show']).toBe(false)
  expect(fake.show).not.toHaveBeenCalled()
  fake.emit('ready-to-show')
  expect(fake.show).toHaveBeenCalledOnce()
})

it('has the colour of the theme until then, and cannot be made too small', () => {
  expect(shown().fake.options).toMatchObject({ backgroundColor: '#0c1410', minWidth: 900, minHeight: 600 })
  electron.nativeTheme.shouldUseDarkColors = false
  expect(windowOptions('', 'linux')).toMatchObject({ backgroundColor: '#f3f7f4' })
})

it('opens the page that this process serves', () => {
  expect(shown().fake.loadURL).toHaveBeenCalledWith('app://treetop/')
})

it('is where it was, and as large', () => {
  place = { x: 10, y: 20, width: 1_000, height: 700, maximized: true }
  const { fake } = shown()
  expect(fake.options).toMatchObject({ x: 10, y: 20, width: 1_000, height: 700 })
  fake.emit('ready-to-show')
  expect(fake.maximize).toHaveBeenCalledOnce()
})

it('is one window, which comes to the front, and is opened again when it was closed', async () => {
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
])('asks before edits are lost: answer %i, discarded %s', (answer, discarded) => {
  const { fake } = shown()
  electron.dialog.showMessageBoxSync.mockReturnValueOnce(answer)
  const preventDefault = vi.fn()
  fake.webContents.emit('will-prevent-unload', { preventDefault })
  // To prevent the event is to let the page go.
  expect(preventDefault.mock.calls.length > 0).toBe(discarded)
})

it("has the page's bar for its own where the system lets it be", () => {
  expect(windowOptions('', 'darwin')).toMatchObject({ titleBarStyle: 'hiddenInset' })
  expect(windowOptions('', 'win32')).toMatchObject({
    titleBarStyle: 'hidden',
    titleBarOverlay: { color: '#0c1410', height: 39 }
  })
  expect(windowOptions('', 'linux')).not.toHaveProperty('titleBarStyle')
})

it('has DevTools where it is developed, and not in a package', () => {
  expect(windowOptions('p', 'linux').webPreferences).toMatchObject({ devTools: true })
  electron.app.isPackaged = true
  expect(windowOptions('p', 'linux').webPreferences).toMatchObject({ devTools: false })
  electron.app.isPackaged = false
})
