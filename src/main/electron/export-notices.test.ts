import { EventEmitter } from 'node:events'
import { beforeEach, afterEach, expect, it, vi } from 'vitest'
import type { Job } from '../../shared/contract/jobs'
import type { App } from '../compose'
import { followExports } from './export-notices'
import type { MainWindow } from './window'

const notices = vi.hoisted(() => [] as { title: string; body: string; click(): void }[])
vi.mock('electron', () => ({
  app: { getLocale: () => 'en-GB' },
  Notification: Object.assign(
    class extends EventEmitter {
      constructor(private readonly said: { title: string; body: string }) {
        super()
      }
      show(): void {
        notices.push({ ...this.said, click: () => void this.emit('click') })
      }
    },
    { isSupported: () => true }
  )
}))

let tell: (job: Job) => void
let focused: boolean
const bars: number[] = []
const show = vi.fn()

beforeEach(() => {
  vi.useFakeTimers()
  notices.length = bars.length = 0
  show.mockClear()
  focused = false
  const window = { setProgressBar: (share: number) => bars.push(share), isFocused: () => focused }
  const treetop = { jobs: { on: (_event: string, listener: typeof tell) => void (tell = listener) } }
  followExports(treetop as unknown as App, { current: window, show } as unknown as MainWindow)
})
afterEach(() => void vi.useRealTimers())

function at(id: string, state: Job['state'], progress: number): void {
  tell({
    id,
    kind: 'export',
    state,
    progress,
    messages: 0,
    bytes: 0,
    error: state === 'failed' ? { code: 'INTERNAL', details: { message: 'the disk is full' } } : null,
    result: state === 'done' ? { kind: 'file', path: '/home/anna/out.csv', url: null } : null
  })
}

it('shows the mean progress of running exports on the icon, and removes the bar when all have ended', () => {
  at('a', 'running', 0.5)
  at('b', 'running', 0.1)
  at('a', 'done', 1)
  at('b', 'cancelled', 0.2)
  expect(bars).toEqual([0.5, 0.3, 0.1, -1])
})

it('notifies when a long export ends in an unfocused window, and a click shows the window', () => {
  at('a', 'running', 0)
  vi.advanceTimersByTime(6_000)
  at('a', 'done', 1)
  expect(notices).toMatchObject([{ title: 'Export finished', body: 'out.csv is complete.' }])
  notices[0]!.click()
  expect(show).toHaveBeenCalledOnce()
})

it('shows why an export failed', () => {
  at('a', 'running', 0)
  vi.advanceTimersByTime(6_000)
  at('a', 'failed', 0.4)
  expect(notices).toMatchObject([{ title: 'Export failed', body: 'the disk is full' }])
})

it('does not notify about short or cancelled exports, or while the window is focused', () => {
  at('short', 'running', 0)
  vi.advanceTimersByTime(1_000)
  at('short', 'done', 1)
  at('a', 'running', 0)
  at('b', 'running', 0)
  vi.advanceTimersByTime(6_000)
  at('a', 'cancelled', 0.5)
  focused = true
  at('b', 'done', 1)
  expect(notices).toEqual([])
})
