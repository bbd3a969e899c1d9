import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { noLog } from '../log/log'
import { DesktopUpdates, type UpdateOptions } from './updates'

const DAY = 86_400_000

let checks: number
let version: string | null
let failure: Error | null
const events: string[] = []

function make(more: Partial<UpdateOptions> = {}): DesktopUpdates {
  return new DesktopUpdates({
    means: 'install',
    page: null,
    checkedAt: null,
    mayAsk: true,
    load: () =>
      Promise.resolve({
        check: () => {
          checks++
          return failure ? Promise.reject(failure) : Promise.resolve(version)
        },
        download: (progress) => {
          progress(0.5)
          return failure ? Promise.reject(failure) : Promise.resolve()
        },
        install: () => {
          events.push('install')
          if (failure) throw failure
        }
      }),
    keep: () => events.push('keep'),
    flush: () => Promise.resolve(void events.push('flush')),
    restart: () => events.push('restart'),
    log: noLog,
    ...more
  })
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000 * DAY })
  checks = 0
  version = null
  failure = null
  events.length = 0
})
afterEach(() => vi.useRealTimers())

it('does not load the updater while daily checks are off', async () => {
  const load = vi.fn<UpdateOptions['load']>()
  const updates = make({ load })
  updates.setDaily(false)
  await vi.advanceTimersByTimeAsync(10 * DAY)
  expect(load).not.toHaveBeenCalled()
})

it('checks once a day, starting 30 s after launch, and keeps the interval across restarts', async () => {
  const updates = make()
  updates.setDaily(true)
  await vi.advanceTimersByTimeAsync(29_000)
  expect(checks).toBe(0)
  await vi.advanceTimersByTimeAsync(2_000)
  expect(checks).toBe(1)
  await vi.advanceTimersByTimeAsync(3 * DAY)
  expect(checks).toBe(4)
  expect(events).toEqual(['keep', 'keep', 'keep', 'keep'])

  const next = make({ checkedAt: Date.now() - DAY / 2 })
  next.setDaily(true)
  await vi.advanceTimersByTimeAsync(DAY / 2 - 60_000)
  expect(checks).toBe(4)
})

it('checks at once when daily checks are turned on, and stops when they are turned off', async () => {
  const updates = make()
  updates.setDaily(false)
  updates.setDaily(true)
  await vi.advanceTimersByTimeAsync(0)
  expect(checks).toBe(1)
  updates.setDaily(false)
  await vi.advanceTimersByTimeAsync(5 * DAY)
  expect(checks).toBe(1)
})

it('retries an hour after a failed check', async () => {
  failure = new Error('net::ERR_INTERNET_DISCONNECTED')
  const updates = make()
  updates.setDaily(false)
  updates.setDaily(true)
  await vi.advanceTimersByTimeAsync(0)
  expect(updates.status().step).toEqual({ state: 'failed', fault: 'OFFLINE' })
  expect(updates.status().checkedAt).toBeNull()
  failure = null
  await vi.advanceTimersByTimeAsync(3_600_000)
  expect(updates.status()).toMatchObject({ step: { state: 'current' }, checkedAt: Date.now() })
})

it('downloads and installs only on request, and flushes before installing', async () => {
  version = '2.0.0'
  const updates = make()
  const steps: string[] = []
  updates.onChange(({ step }) => steps.push(step.state))
  await updates.download()
  await updates.install()
  await updates.check()
  await vi.advanceTimersByTimeAsync(10 * DAY)
  expect(steps).toEqual(['checking', 'available'])
  await updates.download()
  await updates.check()
  expect(steps.slice(2)).toEqual(['downloading', 'downloading', 'ready'])
  expect(checks).toBe(1)
  await updates.install()
  expect(events).toEqual(['keep', 'flush', 'install'])
})

it('restarts the current version if installing fails', async () => {
  version = '2.0.0'
  const updates = make()
  await updates.check()
  await updates.download()
  failure = new Error('no')
  await updates.install()
  expect(events).toEqual(['keep', 'flush', 'install', 'restart'])
})

it('does not download if the package cannot replace itself, and does not check if it is not packaged', async () => {
  version = '2.0.0'
  const page = make({ means: 'page' })
  await page.check()
  await page.download()
  expect(page.status().step).toEqual({ state: 'available', version: '2.0.0' })
  const none = make({ means: 'none' })
  none.setDaily(true)
  await none.check()
  await vi.advanceTimersByTimeAsync(10 * DAY)
  expect(checks).toBe(1)
})
