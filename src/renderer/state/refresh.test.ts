import { describe, expect, it } from 'vitest'
import { Refresh } from './refresh'

/** A refresh whose calls are answered by hand. */
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

/** Lets promises that are settled run on. */
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))

describe('a refresh', () => {
  it('asks once more for all that was wanted during a call', async () => {
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

  it('still wants the answer under way when it is asked again for the same', () => {
    const { refresh, calls } = setup()
    void refresh.request()
    void refresh.request()
    expect(calls[0]!.current()).toBe(true)
  })

  it('drops the answer under way when something else is to be asked for, and then asks for that', async () => {
    const { refresh, calls } = setup()
    void refresh.request()
    void refresh.restart()
    expect(calls[0]!.current()).toBe(false)
    calls[0]!.answer()
    await settled()
    expect(calls).toHaveLength(2)
    expect(calls[1]!.current()).toBe(true)
  })

  it('asks no more after a cancel, whatever was wanted before', async () => {
    const { refresh, calls, failures } = setup()
    void refresh.request()
    void refresh.request()
    refresh.cancel()
    calls[0]!.fail(new Error('late'))
    await settled()
    expect(calls).toHaveLength(1)
    expect(failures).toEqual([])
  })

  it('tells a failure and goes on with what is wanted', async () => {
    const { refresh, calls, failures } = setup()
    void refresh.request()
    void refresh.request()
    calls[0]!.fail('broken')
    await settled()
    expect(failures).toEqual(['broken'])
    expect(calls).toHaveLength(2)
  })
})
