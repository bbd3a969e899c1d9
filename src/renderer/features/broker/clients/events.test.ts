import { expect, it, vi } from 'vitest'
import type { ClientEvent } from '../../../../shared/contract/broker-clients'
import type { Api } from '../../../../shared/rpc/contract'
import { EventsState } from './events.svelte'

/** A history of `count` events, numbered from 1. */
function historyOf(count: number) {
  const source = { count }
  const call = vi.fn((_name: string, { before, limit }: { before: number | null; limit: number }) => {
    const newest = Math.min(source.count, (before ?? Infinity) - 1)
    const ids = Array.from({ length: Math.max(0, Math.min(limit, newest)) }, (_, index) => newest - index)
    return Promise.resolve(ids.map((id): ClientEvent => ({ id, at: id, clientId: 'c', kind: 'expired' })))
  })
  return { source, call, state: new EventsState({ call } as unknown as Api, 'c') }
}

/** What a state has, and whether nothing is missing in between. */
function idsOf({ events }: EventsState): { first?: number; last?: number; isWhole: boolean } {
  const ids = events?.map(({ id }) => id) ?? []
  const isWhole = ids.every((id, index) => index === 0 || id === ids[index - 1]! - 1)
  return { first: ids[0]!, last: ids.at(-1)!, isWhole }
}

it('loads older events when they come into sight, up to the oldest', async () => {
  const { state, call } = historyOf(450)
  state.show(0, 60)
  await vi.waitFor(() => expect(idsOf(state)).toEqual({ first: 450, last: 251, isWhole: true }))
  state.show(150, 60)
  await vi.waitFor(() => expect(idsOf(state).last).toBe(51))
  state.show(390, 60)
  await vi.waitFor(() => expect(idsOf(state)).toEqual({ first: 450, last: 1, isWhole: true }))
  call.mockClear()
  state.show(400, 100)
  expect(call).not.toHaveBeenCalled()
})

it('adds newer events, and starts over if more came than one call has', async () => {
  const { state, source } = historyOf(10)
  const looksAgain = async (expected: ReturnType<typeof idsOf>): Promise<void> => {
    const stop = state.start()
    await vi.waitFor(() => expect(idsOf(state)).toEqual(expected))
    stop()
  }
  await looksAgain({ first: 10, last: 1, isWhole: true })
  source.count = 13
  await looksAgain({ first: 13, last: 1, isWhole: true })
  source.count = 1_000
  await looksAgain({ first: 1_000, last: 801, isWhole: true })
  state.show(180, 60)
  await vi.waitFor(() => expect(idsOf(state).last).toBe(601))
})

it('adds nothing above while the person has scrolled back', async () => {
  const { state, source } = historyOf(500)
  state.show(0, 60)
  await vi.waitFor(() => expect(idsOf(state).last).toBe(301))
  state.show(100, 60)
  source.count = 505
  state.show(180, 60)
  await vi.waitFor(() => expect(idsOf(state)).toEqual({ first: 500, last: 101, isWhole: true }))
  state.show(0, 60)
  const stop = state.start()
  await vi.waitFor(() => expect(idsOf(state)).toEqual({ first: 505, last: 101, isWhole: true }))
  stop()
})
