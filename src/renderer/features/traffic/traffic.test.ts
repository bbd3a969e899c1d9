import { describe, expect, it, vi } from 'vitest'
import type { TrafficRanking } from '../../../shared/contract/traffic'
import type { Api } from '../../../shared/rpc/contract'
import { TrafficState } from './traffic.svelte'

const ranking: TrafficRanking = { seconds: 10, topics: 0, messages: 0, bytes: 0, rows: [], ranked: 0 }

describe('the traffic of a connection', () => {
  it('sums up the history only once, however often "All" is chosen again', async () => {
    const fresh: boolean[] = []
    const call = vi.fn((name: string, input: { fresh?: boolean }) => {
      if (name !== 'traffic.all') return Promise.resolve(ranking)
      fresh.push(input.fresh ?? false)
      return Promise.resolve({ share: 1, ranking })
    })
    const traffic = new TrafficState({ call } as unknown as Api, { kind: 'connection', id: 'c' }, (error) =>
      expect.unreachable(String(error))
    )
    for (const time of ['all', 10, 'all', 60, 'all'] as const) {
      traffic.setTime(time)
      await vi.waitFor(() => expect(traffic.ranking).not.toBeNull())
    }
    expect(fresh).toEqual([true, false, false])
    traffic.again()
    await vi.waitFor(() => expect(traffic.ranking).not.toBeNull())
    expect(fresh.at(-1)).toBe(true)
  })
})
