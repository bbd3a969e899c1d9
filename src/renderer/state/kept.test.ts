import { expect, it, vi } from 'vitest'
import { held } from './api-fixture'
import { Kept } from './kept.svelte'

/** A value whose changes the process answers one by one, when the test lets it. */
function setup() {
  const answers: (() => void)[] = []
  const failures: unknown[] = []
  let listener = (_: string): void => undefined
  const kept = new Kept('first', {
    get: () => Promise.resolve('stored'),
    async set(value) {
      const { gate, letGo } = held()
      answers.push(letGo)
      await gate
      if (value.startsWith('bad')) throw new Error(value)
      listener(value)
    },
    follow(given) {
      listener = given
      return () => undefined
    },
    failed: (error) => failures.push(error)
  })
  kept.start()
  return { kept, answers, failures, told: (value: string) => listener(value) }
}

it('shows what is stored, and what others change it to', async () => {
  const { kept, told } = setup()
  expect([kept.value, kept.loaded]).toEqual(['first', false])
  await vi.waitFor(() => expect(kept.loaded).toBe(true))
  expect(kept.value).toBe('stored')
  told('other')
  expect(kept.value).toBe('other')
})

it('the newest change shows although the process still tells of an earlier one', async () => {
  const { kept, answers } = setup()
  const one = kept.set('one')
  const two = kept.set('two')
  answers[0]!()
  await one
  expect(kept.value).toBe('two')
  answers[1]!()
  await two
  expect(kept.value).toBe('two')
})

it('a change that fails is taken back to what the process holds', async () => {
  const { kept, answers, failures } = setup()
  await vi.waitFor(() => expect(kept.loaded).toBe(true))
  const one = kept.set('one')
  const bad = kept.set('bad')
  answers[0]!()
  await one
  expect(kept.value).toBe('bad')
  answers[1]!()
  expect(await bad).toBe(false)
  expect(kept.value).toBe('one')
  expect(failures).toHaveLength(1)
})

it('a change that fails does not take back a newer one', async () => {
  const { kept, answers } = setup()
  const bad = kept.set('bad')
  const two = kept.set('two')
  answers[0]!()
  expect(await bad).toBe(false)
  expect(kept.value).toBe('two')
  answers[1]!()
  expect(await two).toBe(true)
  expect(kept.value).toBe('two')
})
