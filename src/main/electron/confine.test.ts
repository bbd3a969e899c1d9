import { EventEmitter } from 'node:events'
import { beforeEach, expect, it, vi } from 'vitest'
import { confinePages } from './confine'

const electron = vi.hoisted(() => ({
  app: null as unknown as EventEmitter & { getLocale(): string },
  dialog: { showMessageBox: vi.fn() },
  shell: { openExternal: vi.fn() }
}))
vi.mock('electron', () => electron)

class Contents extends EventEmitter {
  openWindow: (details: { url: string }) => unknown = () => undefined
  setWebRTCIPHandlingPolicy = vi.fn()

  setWindowOpenHandler(handler: (details: { url: string }) => unknown): void {
    this.openWindow = handler
  }
}

let contents: Contents

beforeEach(() => {
  vi.clearAllMocks()
  electron.app = Object.assign(new EventEmitter(), { getLocale: () => 'en-GB' })
  contents = new Contents()
  confinePages()
  electron.app.emit('web-contents-created', {}, contents)
})

function isPrevented(event: string, details: object): boolean {
  const preventDefault = vi.fn()
  contents.emit(event, { ...details, preventDefault })
  return preventDefault.mock.calls.length > 0
}

it('blocks navigation and redirects away from the page', () => {
  expect(isPrevented('will-frame-navigate', { url: 'https://example.com/', isMainFrame: true })).toBe(true)
  expect(isPrevented('will-frame-navigate', { url: 'file:///etc/passwd', isMainFrame: true })).toBe(true)
  expect(isPrevented('will-redirect', { url: 'https://example.com/' })).toBe(true)
  expect(isPrevented('will-frame-navigate', { url: 'app://treetop/', isMainFrame: true })).toBe(false)
})

it('blocks frames and webviews', () => {
  expect(isPrevented('will-frame-navigate', { url: 'app://treetop/', isMainFrame: false })).toBe(true)
  expect(isPrevented('will-attach-webview', {})).toBe(true)
})

it('opens no window, and opens an https link in the browser after the user confirms', async () => {
  electron.dialog.showMessageBox.mockResolvedValue({ response: 0 })
  expect(contents.openWindow({ url: 'https://mqtt.org/' })).toEqual({ action: 'deny' })
  await vi.waitFor(() => expect(electron.shell.openExternal).toHaveBeenCalledWith('https://mqtt.org/'))
  expect(electron.dialog.showMessageBox.mock.calls[0]![0]).toMatchObject({ detail: 'https://mqtt.org/' })
})

it('opens nothing if the user cancels', async () => {
  electron.dialog.showMessageBox.mockResolvedValue({ response: 1 })
  contents.openWindow({ url: 'https://mqtt.org/' })
  await vi.waitFor(() => expect(electron.dialog.showMessageBox).toHaveBeenCalled())
  await new Promise(setImmediate)
  expect(electron.shell.openExternal).not.toHaveBeenCalled()
})

it('shows the whole address with the host in Punycode, and defaults to Cancel', async () => {
  electron.dialog.showMessageBox.mockResolvedValue({ response: 1 })
  const tail = 'a'.repeat(3_000)
  contents.openWindow({ url: `https://mqtt.\u043erg/\u202e${tail}` })
  await vi.waitFor(() => expect(electron.dialog.showMessageBox).toHaveBeenCalled())
  const [{ detail, buttons, defaultId, cancelId }] = electron.dialog.showMessageBox.mock.calls[0]! as [
    { detail: string; buttons: string[]; defaultId: number; cancelId: number }
  ]
  expect(detail).toBe(`https://mqtt.xn--rg-emc/%E2%80%AE${tail}`)
  expect(buttons[defaultId]).toBe('Cancel')
  expect(buttons[cancelId]).toBe('Cancel')
})

it.each([
  'https://mqtt.org@evil.example/',
  'https://a:b@mqtt.org/',
  'http://mqtt.org/',
  'file:///bin/sh',
  'javascript:alert(1)',
  'mqtt://broker',
  'ms-msdt:/id',
  'x'
])('ignores %s without asking', async (url) => {
  electron.dialog.showMessageBox.mockResolvedValue({ response: 0 })
  expect(contents.openWindow({ url })).toEqual({ action: 'deny' })
  await new Promise(setImmediate)
  expect(electron.dialog.showMessageBox).not.toHaveBeenCalled()
  expect(electron.shell.openExternal).not.toHaveBeenCalled()
})

it('keeps WebRTC from revealing local addresses', () => {
  expect(contents.setWebRTCIPHandlingPolicy).toHaveBeenCalledExactlyOnceWith('disable_non_proxied_udp')
})
