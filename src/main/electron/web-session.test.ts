import { EventEmitter } from 'node:events'
import { beforeEach, expect, it, vi } from 'vitest'
import { restrictSession } from './web-session'

type Answer = (given: unknown) => void
type Ask = (details: { url: string }, answer: Answer) => void

class Pages extends EventEmitter {
  request: (contents: null, permission: string, answer: Answer) => void = () => undefined
  check: (contents: null, permission: string) => boolean = () => true
  device: () => boolean = () => true
  ask: Ask = () => undefined
  spellCheck = true
  readonly webRequest = { onBeforeRequest: (ask: Ask) => void (this.ask = ask) }

  setPermissionRequestHandler = (handler: typeof this.request): void => void (this.request = handler)
  setPermissionCheckHandler = (handler: typeof this.check): void => void (this.check = handler)
  setDevicePermissionHandler = (handler: typeof this.device): void => void (this.device = handler)
  setSpellCheckerEnabled = (on: boolean): void => void (this.spellCheck = on)
}

const electron = vi.hoisted((): { session: { defaultSession: unknown } } => ({
  session: { defaultSession: null }
}))
vi.mock('electron', () => electron)

let pages: Pages

beforeEach(() => {
  pages = new Pages()
  electron.session.defaultSession = pages
  restrictSession()
})

it('grants only writing to the clipboard', () => {
  const refused = [
    'clipboard-read',
    'deprecated-sync-clipboard-read',
    'display-capture',
    'fullscreen',
    'fileSystem',
    'geolocation',
    'hid',
    'idle-detection',
    'keyboardLock',
    'local-network-access',
    'media',
    'mediaKeySystem',
    'midi',
    'midiSysex',
    'notifications',
    'openExternal',
    'pointerLock',
    'serial',
    'speaker-selection',
    'storage-access',
    'top-level-storage-access',
    'unknown',
    'usb',
    'window-management'
  ]
  for (const permission of refused) {
    const answer = vi.fn()
    pages.request(null, permission, answer)
    expect(answer).toHaveBeenCalledExactlyOnceWith(false)
    expect(pages.check(null, permission)).toBe(false)
  }
  const answer = vi.fn()
  pages.request(null, 'clipboard-sanitized-write', answer)
  expect(answer).toHaveBeenCalledExactlyOnceWith(true)
  expect(pages.check(null, 'clipboard-sanitized-write')).toBe(true)
  expect(pages.device()).toBe(false)
})

it('cancels requests for URLs outside the app', () => {
  const isCancelled = (url: string): unknown => {
    const answer = vi.fn()
    pages.ask({ url }, answer)
    return (answer.mock.calls[0]![0] as { cancel: boolean }).cancel
  }
  for (const url of [
    'https://example.com/',
    'http://127.0.0.1:7883/',
    'ws://127.0.0.1:9001/mqtt',
    'wss://treetop/',
    'file:///etc/passwd',
    'app://other/index.html',
    'app://treetop.evil/',
    'blob:https://example.com/1',
    'filesystem:app://treetop/x',
    'x'
  ])
    expect(isCancelled(url), url).toBe(true)
  for (const url of [
    'app://treetop/assets/index.js',
    'blob:app://treetop/0a1b',
    'data:image/png;base64,AA',
    'devtools://devtools/bundled/index.html'
  ])
    expect(isCancelled(url), url).toBe(false)
})

it('allows downloads of files that the page generated, and no others', () => {
  const isPrevented = (url: string): boolean => {
    const preventDefault = vi.fn()
    pages.emit('will-download', { preventDefault }, { getURL: () => url })
    return preventDefault.mock.calls.length > 0
  }
  expect(isPrevented('blob:app://treetop/0a1b')).toBe(false)
  expect(isPrevented('https://example.com/setup.exe')).toBe(true)
  expect(isPrevented('blob:https://example.com/1')).toBe(true)
  expect(isPrevented('file:///bin/sh')).toBe(true)
})

it('turns the spell checker off, because Chromium would download dictionaries', () => {
  expect(pages.spellCheck).toBe(false)
})
