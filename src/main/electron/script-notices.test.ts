import { EventEmitter } from 'node:events'
import { beforeEach, expect, it, vi } from 'vitest'
import type { App } from '../compose'
import { followScripts } from './script-notices'
import type { MainWindow } from './window'

const shown = vi.hoisted(() => [] as { title: string; body: string; click(): void }[])
vi.mock('electron', () => ({
  app: { getLocale: () => 'en-GB' },
  Notification: Object.assign(
    class extends EventEmitter {
      constructor(private readonly said: { title: string; body: string }) {
        super()
      }
      show(): void {
        shown.push({ ...this.said, click: () => void this.emit('click') })
      }
    },
    { isSupported: () => true }
  )
}))

const scriptNotices: App['scriptNotices'] = new EventEmitter()
const show = vi.fn()
let focused: boolean

beforeEach(() => {
  shown.length = 0
  focused = false
  scriptNotices.removeAllListeners()
  const window = { current: { isFocused: () => focused }, show }
  followScripts({ scriptNotices }, window as unknown as MainWindow)
})

const raise = (...texts: string[]): unknown =>
  scriptNotices.emit('raised', { path: 'lib/lamp.script.js', name: 'lamp', texts })

it('notifies while the window is not focused, and a click shows it', () => {
  raise('too hot')
  expect(shown).toMatchObject([{ title: 'lamp', body: 'too hot' }])
  shown[0]!.click()
  expect(show).toHaveBeenCalledOnce()
  focused = true
  raise('too hot')
  expect(shown).toHaveLength(1)
})

it('shows one notification for all notices of a call', () => {
  raise('a', 'b', 'c')
  expect(shown).toMatchObject([{ title: 'lamp', body: 'a (and 2 more)' }])
})
