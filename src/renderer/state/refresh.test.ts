import { describe, expect, it } from 'vitest'
import { Refresh } from './refresh'

/** A refresh whose calls the test answers. */
function setup() {
  const calls: { current: () => boolean; answer: () => void; fail: (error: unknown) => void }[] = []
  const failures: unknown[] = []
  const refresh = new Refresh(
    (current) =>
      new Promise<void>((answer, fail) => {
        calls.push({ current, answer, fail })
      }),
    (error) => failures.push(error)
  )
  return { refresh, calls, failures }
}

/** Lets continuations of settled promises run. */
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))

describe('a refresh', () => {
  it('calls once more for all requests made during a call', async () => {
    const { refresh, calls } = setup()
    const done = refresh.request()
    for (let i = 0; i < 5; i++) void refresh.request()
    expect(calls).toHaveLength(1)
    calls[0]!.answer()
    await settled()
    expect(calls).toHaveLength(2)
    calls[1]!.answer()
    await done
    expect(calls).toHaveLength(2)
  })

  it('keeps the pending answer when the same is requested again', () => {
    const { refresh, calls } = setup()
    void refresh.request()
    void refresh.request()
    expect(calls[0]!.current()).toBe(true)
  })

  it('drops the pending answer when something else is wanted, then requests that', async () => {
    const { refresh, calls } = setup()
    void refresh.request()
    void refresh.restart()
    expect(calls[0]!.current()).toBe(false)
    calls[0]!.answer()
    await settled()
    expect(calls).toHaveLength(2)
    expect(calls[1]!.current()).toBe(true)
  })

  it('makes no further call after a cancel, whatever was requested before', async () => {
    const { refresh, calls, failures } = setup()
    void refresh.request()
    void refresh.request()
    refresh.cancel()
    calls[0]!.fail(new Error('late'))
    await settled()
    expect(calls).toHaveLength(1)
    expect(failures).toEqual([])
  })

  it('reports a failure and goes on with pending requests', async () => {
    const { refresh, calls, failures } = setup()
    void refresh.request()
    void refresh.request()
    calls[0]!.fail('broken')
    await settled()
    expect(failures).toEqual(['broken'])
    expect(calls).toHaveLength(2)
  })
})
