import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { poll } from './poll'
import { Refresh } from './refresh'

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('document', { visibilityState: 'visible' })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

function setup() {
  const calls: (() => boolean)[] = []
  const refresh = new Refresh(
    (current) => {
      calls.push(current)
      return Promise.resolve()
    },
    () => undefined
  )
  return { refresh, calls }
}

describe('polling', () => {
  it('refreshes at once, then once per period', async () => {
    const { refresh, calls } = setup()
    const stop = poll(refresh, 100)
    expect(calls).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(250)
    expect(calls).toHaveLength(3)
    stop()
  })

  it('pauses while the page is hidden', async () => {
    const { refresh, calls } = setup()
    const stop = poll(refresh, 100)
    vi.stubGlobal('document', { visibilityState: 'hidden' })
    await vi.advanceTimersByTimeAsync(1_000)
    expect(calls).toHaveLength(1)
    vi.stubGlobal('document', { visibilityState: 'visible' })
    await vi.advanceTimersByTimeAsync(100)
    expect(calls).toHaveLength(2)
    stop()
  })

  it('stops refreshing once stopped, and drops the pending answer', async () => {
    const { refresh, calls } = setup()
    const stop = poll(refresh, 100)
    stop()
    expect(calls[0]!()).toBe(false)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(calls).toHaveLength(1)
  })

  it('follows a changing period', async () => {
    const { refresh, calls } = setup()
    let period = 100
    const stop = poll(refresh, () => period)
    period = 1_000
    await vi.advanceTimersByTimeAsync(100)
    expect(calls).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(999)
    expect(calls).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(1)
    expect(calls).toHaveLength(3)
    stop()
  })
})
