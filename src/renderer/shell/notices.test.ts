import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Notices } from './notices.svelte'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const texts = (notices: Notices): string[] => notices.list.map(({ text }) => text)

it('a failure notice stays until it is closed; others go after a while', () => {
  const notices = new Notices()
  notices.add('good', 'saved')
  notices.add('bad', 'refused')
  expect(texts(notices)).toEqual(['saved', 'refused'])
  vi.advanceTimersByTime(3_600_000)
  expect(texts(notices)).toEqual(['refused'])
  // Notices are numbered from 1.
  notices.dismiss(2)
  expect(texts(notices)).toEqual([])
})

it('a notice that offers a next step stays long enough to take it', () => {
  const notices = new Notices()
  notices.add('good', 'pinned', { label: 'Show', run: () => undefined })
  vi.advanceTimersByTime(10_000)
  expect(texts(notices)).toEqual(['pinned'])
  vi.advanceTimersByTime(10_000)
  expect(texts(notices)).toEqual([])
})

it('a repeated failure is shown once, as the newest notice', () => {
  const notices = new Notices()
  for (const text of ['refused', 'late', 'refused']) notices.add('bad', text)
  expect(texts(notices)).toEqual(['late', 'refused'])
})
