import { expect, it } from 'vitest'
import { Guesses } from './guesses'

it('blocks an address for the rest of a minute, and no other', () => {
  let now = 0
  const guesses = new Guesses(() => now)
  for (let i = 0; i < 20; i++) {
    expect(guesses.isBlocked('10.0.0.1')).toBe(false)
    guesses.add('10.0.0.1', `token ${i}`)
    guesses.add('10.0.0.2', 'the same')
  }
  expect(guesses.isBlocked('10.0.0.1')).toBe(true)
  expect(guesses.isBlocked('10.0.0.2')).toBe(false)
  now = 60_000
  expect(guesses.isBlocked('10.0.0.1')).toBe(false)
})
