import { describe, expect, it, onTestFinished } from 'vitest'
import type { Scope } from '../../shared/contract/messages'
import { historyOf, type FixtureMessage } from './fixture'
import { HistoryReader } from './reader'

const EVERYTHING: Scope = { topic: null, subtree: true }

function readerOf(messages: FixtureMessage[]) {
  const file = historyOf(messages)
  const reader = HistoryReader.open(file.path)
  onTestFinished(() => reader.close())
  const ids = (query: Parameters<HistoryReader['page']>[0]): [number[], boolean] => {
    const { rows, more } = reader.page(query)
    return [rows.map((row) => row.id), more]
  }
  return { file, reader, ids }
}

const topics = (...names: string[]): FixtureMessage[] => names.map((topic) => ({ topic }))

describe('HistoryReader.page', () => {
  it('pages newest first, to older and to newer ones', () => {
    const { ids } = readerOf(topics('a', 'b', 'a', 'b', 'a'))
    expect(ids({ scope: EVERYTHING, limit: 2 })).toEqual([[5, 4], true])
    expect(ids({ scope: EVERYTHING, limit: 2, before: 4 })).toEqual([[3, 2], true])
    expect(ids({ scope: EVERYTHING, limit: 2, before: 2 })).toEqual([[1], false])
    expect(ids({ scope: EVERYTHING, limit: 2, after: 1 })).toEqual([[3, 2], true])
    expect(ids({ scope: EVERYTHING, limit: 9, after: 3 })).toEqual([[5, 4], false])
    expect(ids({ scope: EVERYTHING, limit: 9, after: 5 })).toEqual([[], false])
    expect(ids({ scope: EVERYTHING, limit: 1, after: 1, before: 4 })).toEqual([[3], true])
  })

  it('returns one topic without those below it', () => {
    const { ids } = readerOf(topics('a', 'a/b', 'a', 'A', 'a'))
    expect(ids({ scope: { topic: 'a', subtree: false }, limit: 2 })).toEqual([[5, 3], true])
    expect(ids({ scope: { topic: 'a', subtree: false }, limit: 2, before: 3 })).toEqual([[1], false])
    expect(ids({ scope: { topic: 'none', subtree: false }, limit: 2 })).toEqual([[], false])
  })

  it('matches a subtree by levels, not by letters', () => {
    const { ids } = readerOf(topics('a', 'a/', 'a/b', 'a//é', 'ab', 'a.b', 'a0', 'b/a', 'A/b', '/a', '/'))
    expect(ids({ scope: { topic: 'a', subtree: true }, limit: 9 })).toEqual([[4, 3, 2, 1], false])
    expect(ids({ scope: { topic: '', subtree: true }, limit: 9 })).toEqual([[11, 10], false])
  })

  it('returns a head with every field, and the first bytes of the payload', () => {
    const properties = { contentType: 'x', userProperties: { a: ['1', '2'] } }
    const { reader } = readerOf([
      {
        topic: 't',
        payload: 'é'.repeat(200),
        receivedAt: 1_795_000_000_123_456,
        direction: 'out',
        qos: 2,
        retain: true,
        dup: true,
        properties
      }
    ])
    const [row] = reader.page({ scope: EVERYTHING, limit: 1 }).rows
    expect(row).toEqual({
      id: 1,
      topic: 't',
      receivedAt: 1_795_000_000_123_456,
      direction: 'out',
      qos: 2,
      retain: true,
      dup: true,
      size: 400,
      properties,
      start: Buffer.from('é'.repeat(80))
    })
  })

  it.each([false, true])(
    'pages a sparse subtree exactly as a scan of all messages would (indexed: %s)',
    (indexed) => {
      const messages: FixtureMessage[] = []
      const expected: number[] = []
      for (let id = 1; id <= 130_000; id++) {
        const sparse = (id < 20_000 || id > 110_000 || id % 9_001 === 0) && id % 97 < 3
        if (sparse) expected.push(id)
        messages.push({ topic: sparse ? `s/${Math.floor(id / 97) % 4}/${id % 2}` : `other/${id % 50}` })
      }
      const { file, ids } = readerOf(messages)
      if (indexed) file.index()
      const scope = { topic: 's', subtree: true }
      // Ends of the walk fall between, on and around messages of the subtree.
      for (let step = 0; step < 120; step++) {
        const limit = 1 + (step % 40)
        const before = 69_880 + step
        const older = expected.filter((id) => id < before).toReversed()
        expect(ids({ scope, limit, before })).toEqual([older.slice(0, limit), older.length > limit])
        const after = 60_120 - step
        const newer = expected.filter((id) => id > after)
        expect(ids({ scope, limit, after })).toEqual([newer.slice(0, limit).reverse(), newer.length > limit])
      }
      const all = expected.toReversed()
      expect(ids({ scope, limit: 5_000 })).toEqual([all, false])
      expect(ids({ scope, limit: 5_000, after: 0, before: 131_000 })).toEqual([all, false])
    }
  )
})

describe('HistoryReader', () => {
  it('returns one complete message, and null for a deleted one', () => {
    const { file, reader } = readerOf([{ topic: 't', payload: Uint8Array.of(0, 255) }])
    expect(reader.get(1)).toMatchObject({ topic: 't', size: 2, payload: Buffer.of(0, 255), properties: null })
    file.database.exec('DELETE FROM message')
    expect(reader.get(1)).toBeNull()
  })

  it('counts a topic, a subtree and everything, in both directions', () => {
    const { reader } = readerOf([...topics('a', 'a/b', 'ab', 'a'), { topic: 'a', direction: 'out' }])
    expect(reader.count({ topic: 'a', subtree: false })).toBe(3)
    expect(reader.count({ topic: 'a', subtree: true })).toBe(4)
    expect(reader.count(EVERYTHING)).toBe(5)
  })

  it('counts only a subtree, not topics that sort before it', () => {
    const { file, reader } = readerOf(topics('office/door', 'plant/lamp', 'zoo'))
    expect(reader.count({ topic: 'plant', subtree: true })).toBe(1)
    file.index()
    expect(reader.count({ topic: 'plant', subtree: true })).toBe(1)
  })

  it('sees messages that the writer adds while it is open', () => {
    const { file, ids } = readerOf(topics('a'))
    expect(ids({ scope: EVERYTHING, limit: 9 })).toEqual([[1], false])
    file.add(topics('a/b'))
    expect(ids({ scope: { topic: 'a', subtree: true }, limit: 9 })).toEqual([[2, 1], false])
  })
})
