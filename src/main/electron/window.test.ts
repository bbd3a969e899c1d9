import { beforeEach, expect, it, vi } from 'vitest'
import { openWindow } from './window'
import type { WindowStates } from './window-state'

const electron = vi.hoisted(() => {
  class BrowserWindow {
    static all: BrowserWindow[] = []
    ready: (() => void) | null = null
    show = vi.fn()
    maximize = vi.fn()
    loadURL = vi.fn(() => Promise.resolve())
    constructor(readonly options: Record<string, unknown>) {
      BrowserWindow.all.push(this)
    }
    once(event: string, listener: () => void): void {
      if (event === 'ready-to-show') this.ready = listener
    }
  }
  return { BrowserWindow, nativeTheme: { shouldUseDarkColors: true } }
})
vi.mock('electron', () => electron)

let place: ReturnType<WindowStates['place']> = null
const states = { place: () => place, follow: () => undefined } as unknown as WindowStates

beforeEach(() => {
  place = null
  electron.BrowserWindow.all = []
})

function opened(): InstanceType<typeof electron.BrowserWindow> {
  openWindow('/app/preload.cjs', states)
  return electron.BrowserWindow.all[0]!
}

it('gives the page a sandbox, a world of its own, no Node, and the one preload', () => {
  expect(opened().options['webPreferences']).toMatchObject({
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
  const window = opened()
  expect(window.options['show']).toBe(false)
  expect(window.show).not.toHaveBeenCalled()
  window.ready!()
  expect(window.show).toHaveBeenCalledOnce()
})

it('has the colour of the theme until then, and cannot be made too small', () => {
  expect(opened().options).toMatchObject({ backgroundColor: '#0c1410', minWidth: 900, minHeight: 600 })
  electron.nativeTheme.shouldUseDarkColors = false
  openWindow('/app/preload.cjs', states)
  expect(electron.BrowserWindow.all[1]!.options).toMatchObject({ backgroundColor: '#f3f7f4' })
})

it('opens the page that this process serves', () => {
  expect(opened().loadURL).toHaveBeenCalledWith('app://treetop/')
})

it('is where it was, and as large', () => {
  place = { x: 10, y: 20, width: 1_000, height: 700, maximized: true }
  const window = opened()
  expect(window.options).toMatchObject({ x: 10, y: 20, width: 1_000, height: 700 })
  window.ready!()
  expect(window.maximize).toHaveBeenCalledOnce()
})
