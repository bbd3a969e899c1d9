import { expect, it } from 'vitest'
import { Pacer } from './pacer'

it('yields to other work once the slice is used up, and not before', async () => {
  let now = 0
  const others: number[] = []
  const pacer = new Pacer(10, () => now)
  setImmediate(() => others.push(now))
  now = 9
  expect([pacer.isDue, await pacer.yieldIfDue(), others]).toEqual([false, false, []])
  now = 10
  expect([pacer.isDue, await pacer.yieldIfDue(), others]).toEqual([true, true, [10]])
  now = 19
  expect(pacer.isDue).toBe(false)
  pacer.restart()
  now = 28
  expect(pacer.isDue).toBe(false)
})
