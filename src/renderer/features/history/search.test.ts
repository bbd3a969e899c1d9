import { afterEach, describe, expect, it, vi } from 'vitest'
import type { FoundRow, SearchQuery, SearchStep } from '../../../shared/contract/messages'
import { AppError } from '../../../shared/errors'
import { apiTo, headOf, held } from '../../state/api-fixture'
import { SearchState } from './search.svelte'

interface Asked {
  query: SearchQuery
  before?: number
  limit: number
}

function row(id: number): FoundRow {
  return { ...headOf(id, 'a', id * 1_000_000), preview: String(id), binary: false, cut: false, place: null }
}

/** The given number of rows, from an id down. */
const rows = (newest: number, count: number): FoundRow[] =>
  Array.from({ length: count }, (_, index) => row(newest - index))

const step = (found: FoundRow[], next: number | null = null): SearchStep => ({
  rows: found,
  next,
  share: next === null ? 1 : 0.5,
  unindexed: 7
})

let close = (): void => undefined
afterEach(() => close())

/** The state, connected over a real channel to a search that answers like the process. */
function setup(answer: (asked: Asked) => SearchStep | Promise<SearchStep>) {
  const asked: Asked[] = []
  const made = apiTo({
    'messages.search': ({ query, before, limit }) => {
      const input: Asked = { query, limit, ...(before !== undefined && { before }) }
      asked.push(input)
      return answer(input)
    },
    'messages.page': ({ before = 0 }) => ({ rows: [row(before - 1)], more: true })
  })
  const { api } = made
  close = made.close
  const search = new SearchState(api, { kind: 'connection', id: 'c' }, () => undefined)
  const seek = (text: string): void => {
    search.sought.text = text
    search.changed()
  }
  const settled = (): Promise<void> => vi.waitFor(() => expect(search.settled).toBe(true))
  /** Waits until all messages sent before, in both directions, have arrived. */
  const arrived = async (): Promise<void> => {
    const scope = { topic: null, subtree: true }
    await api.call('messages.page', { history: { kind: 'connection', id: 'c' }, scope, before: 2, limit: 1 })
  }
  return { search, asked, seek, settled, arrived }
}

describe('a search', () => {
  it('sends one request when typing stops, not one per keystroke', async () => {
    const { asked, seek, settled } = setup(() => step(rows(3, 3)))
    for (const text of ['a', 'ab', 'abc']) seek(text)
    expect(asked).toEqual([])
    await settled()
    expect(asked.map(({ query }) => query.text)).toEqual(['abc'])
  })

  it('continues step by step to the end of the range', async () => {
    const { search, asked, seek, settled } = setup(({ before }) =>
      before === undefined ? step(rows(9, 2), 5) : step(rows(4, 1))
    )
    seek('x')
    await settled()
    expect(search.rows.map(({ id }) => id)).toEqual([9, 8, 4])
    expect(asked.map(({ before, limit }) => [before, limit])).toEqual([
      [undefined, 100],
      [5, 98]
    ])
    expect(search).toMatchObject({ running: false, more: false, share: 1, unindexed: 7 })
  })

  it('pauses when its page is full, and continues on request', async () => {
    const { search, asked, seek, settled } = setup(({ before, limit }) =>
      before === undefined ? step(rows(1_000, limit), 901) : step(rows(900, 20))
    )
    seek('x')
    await settled()
    expect(search.rows).toHaveLength(100)
    expect(search).toMatchObject({ running: false, more: true })
    expect(asked).toHaveLength(1)
    search.goOn()
    await vi.waitFor(() => expect(search.rows).toHaveLength(120))
    await vi.waitFor(() => expect(search).toMatchObject({ running: false, more: false }))
    expect(asked[1]).toMatchObject({ before: 901, limit: 100 })
  })

  it('is cancelled when the query changes, and its late answer is ignored', async () => {
    const { gate, letGo } = held()
    const { search, asked, seek, settled, arrived } = setup(async ({ query }) => {
      if (query.text !== 'old') return step(rows(2, 1))
      await gate
      return step(rows(9, 1), 8)
    })
    seek('old')
    await vi.waitFor(() => expect(asked).toHaveLength(1))
    seek('new')
    await settled()
    letGo()
    await arrived()
    expect(asked.map(({ query }) => query.text)).toEqual(['old', 'new'])
    expect(search.rows.map(({ id }) => id)).toEqual([2])
  })

  it('keeps the results of an earlier search until its own first step returns', async () => {
    const { gate, letGo } = held()
    const { search, asked, seek, settled } = setup(async ({ query }) => {
      if (query.text === 'ab') await gate
      return step(query.text === 'ab' ? [] : rows(9, 1))
    })
    seek('a')
    await settled()
    seek('ab')
    await vi.waitFor(() => expect(asked).toHaveLength(2))
    expect(search.rows).toHaveLength(1)
    letGo()
    await vi.waitFor(() => expect(search.rows).toHaveLength(0))
  })

  it('reports how far back it has reached when it is slow, stops, and continues from there', async () => {
    let answer = (): void => undefined
    const { search, asked, seek, settled, arrived } = setup(async ({ before }) => {
      await new Promise<void>((resolve) => (answer = resolve))
      return before === undefined ? step([], 99) : step(rows(3, 1))
    })
    seek('x')
    await vi.waitFor(() => expect(search.slow).toBe(true))
    answer()
    await vi.waitFor(() => expect(search.reachedAt).toBe(99_000_000))
    expect(asked).toHaveLength(2)
    search.stop()
    expect(search).toMatchObject({ running: false, slow: false, stopped: true, more: true })
    answer()
    await arrived()
    await arrived()
    expect(asked).toHaveLength(2)
    expect(search.rows).toEqual([])
    search.goOn()
    expect(search.stopped).toBe(false)
    await vi.waitFor(() => expect(asked).toHaveLength(3))
    answer()
    await vi.waitFor(() => expect(search.rows).toHaveLength(1))
    await settled()
    expect(asked[2]?.before).toBe(asked[1]?.before)
  })

  it('shows no results of an earlier search if it is stopped before its first step returns', async () => {
    const { gate, letGo } = held()
    const { search, asked, seek, settled } = setup(async ({ query, before }) => {
      if (query.text === 'ab') await gate
      return before === undefined ? step(rows(9, 1)) : step([])
    })
    seek('a')
    await settled()
    seek('ab')
    await vi.waitFor(() => expect(asked).toHaveLength(2))
    search.stop()
    expect(search).toMatchObject({ rows: [], stopped: true, more: true })
    letGo()
    search.goOn()
    await vi.waitFor(() => expect(search.rows.map(({ id }) => id)).toEqual([9]))
    expect(asked.map(({ before }) => before)).toEqual([undefined, undefined, undefined])
  })

  it('reports which field is invalid, keeps its text, and recovers with the next change', async () => {
    const { search, seek, settled } = setup(({ query }) => {
      if (query.hex)
        throw new AppError('INVALID_INPUT', { issues: [{ path: 'text', fault: 'HEX_MALFORMED' }] })
      return step(rows(1, 1))
    })
    search.sought.hex = true
    seek('xyz')
    await vi.waitFor(() => expect(search.faultOf('text')).toBe('HEX_MALFORMED'))
    expect(search.faultOf('filter')).toBeNull()
    expect(search.sought.text).toBe('xyz')
    search.sought.hex = false
    search.changed()
    expect(search.fault).toBeNull()
    await settled()
    expect(search.rows).toHaveLength(1)
  })

  it('does not report a hex byte that has only one digit so far', async () => {
    const { search, asked, seek, arrived } = setup(() => step([]))
    search.sought.hex = true
    vi.useFakeTimers({ toFake: ['setTimeout'] })
    seek('00 f')
    vi.advanceTimersByTime(300)
    vi.useRealTimers()
    await arrived()
    expect(asked).toEqual([])
    seek('00 ff')
    await vi.waitFor(() => expect(asked.map(({ query }) => query.text)).toEqual(['00 ff']))
  })

  it('keeps its results when a later page fails, and continues from there', async () => {
    let broken = true
    const { search, seek, settled } = setup(({ before, limit }) => {
      if (before === undefined) return step(rows(1_000, limit), 901)
      if (broken) throw new AppError('HISTORY_UNAVAILABLE', { reason: 'disk' })
      return step(rows(900, 1))
    })
    seek('x')
    await settled()
    search.goOn()
    await vi.waitFor(() => expect(search.fault).not.toBeNull())
    expect(search.rows).toHaveLength(100)
    broken = false
    search.goOn()
    await vi.waitFor(() => expect(search.rows).toHaveLength(101))
    expect(search.fault).toBeNull()
  })

  it('rejects a range that does not end after its start, without a request', async () => {
    const { search, asked, arrived } = setup(() => step([]))
    Object.assign(search.sought, { from: '2026-01-02T08:00', to: '2026-01-02T08:00' })
    search.run()
    expect(search.faultOf('to')).toBe('RANGE_REVERSED')
    await arrived()
    expect(asked).toEqual([])
  })

  it('drops its results when the search is cleared', async () => {
    const { search, seek, settled } = setup(() => step(rows(1, 1)))
    seek('x')
    await settled()
    search.clearText()
    expect(search).toMatchObject({ seeking: false, rows: [], query: null })
  })
})
