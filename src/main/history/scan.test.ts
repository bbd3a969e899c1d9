import { describe, expect, it, onTestFinished } from 'vitest'
import { join } from 'node:path'
import { historyOf, temporaryFolder, type FixtureMessage } from './fixture'
import { HistoryScan, type ScanStep, type Selection } from './scan'
import { HistoryWriter } from './writer'

const MESSAGE = { direction: 'in', qos: 0, retain: false, dup: false, properties: null } as const
const ALL: Selection = { filter: null, from: null, to: null }

function scanOf(path: string, selection: Selection): HistoryScan {
  const scan = HistoryScan.open(path, selection)
  onTestFinished(() => scan.close())
  return scan
}

function idsOf(path: string, selection: Partial<Selection>): number[] {
  return [...scanOf(path, { ...ALL, ...selection }).steps()].flatMap(({ rows }) => rows.map(([id]) => id))
}

describe('HistoryScan', () => {
  it('returns the messages whose topic matches a filter, in order of arrival', () => {
    const names = ['a', 'a/b', 'a/b/c', 'ab', '$SYS/x', 'a/b', 'd/b']
    const { path } = historyOf(names.map((topic) => ({ topic })))
    expect(idsOf(path, {})).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(idsOf(path, { filter: 'a/b' })).toEqual([2, 6])
    expect(idsOf(path, { filter: 'a/#' })).toEqual([1, 2, 3, 6])
    expect(idsOf(path, { filter: '+/b' })).toEqual([2, 6, 7])
    expect(idsOf(path, { filter: '#' })).toEqual([1, 2, 3, 4, 6, 7])
    expect(idsOf(path, { filter: '$SYS/+' })).toEqual([5])
    expect(idsOf(path, { filter: 'none/#' })).toEqual([])
  })

  it('takes a range of time, its start included and its end not', () => {
    const times = [10, 20, 20, 20, 30, 40]
    const { path, database } = historyOf(times.map((receivedAt) => ({ topic: 'a', receivedAt })))
    database.exec('DELETE FROM message WHERE id = 3')
    expect(idsOf(path, { from: 20 })).toEqual([2, 4, 5, 6])
    expect(idsOf(path, { to: 20 })).toEqual([1])
    expect(idsOf(path, { from: 11, to: 31 })).toEqual([2, 4, 5])
    expect(idsOf(path, { from: 41 })).toEqual([])
    expect(idsOf(path, { to: 10 })).toEqual([])
    expect(idsOf(path, { from: 30, to: 20 })).toEqual([])
    expect(idsOf(path, { from: 20, to: 31, filter: 'a' })).toEqual([2, 4, 5])
  })

  it('reads an empty history', () => {
    const { path } = historyOf([])
    expect(idsOf(path, {})).toEqual([])
    expect(idsOf(path, { from: 1, to: 2, filter: '#' })).toEqual([])
  })

  it('skips messages recorded after its start, and holds no transaction between steps', () => {
    const messages: FixtureMessage[] = Array.from({ length: 3_000 }, (_, i) => ({ topic: `t/${i % 3}` }))
    const file = historyOf(messages)
    const steps = scanOf(file.path, ALL).steps()
    const ids: number[] = []
    const take = ({ rows }: ScanStep): void => void ids.push(...rows.map(([id]) => id))
    take(steps.next().value as ScanStep)
    file.add(messages)
    // A checkpoint that truncates the log is refused while anyone reads from it.
    expect(file.database.pragma('wal_checkpoint(TRUNCATE)')).toMatchObject([{ busy: 0 }])
    for (const step of steps) take(step)
    expect(ids).toEqual(messages.map((_, i) => i + 1))
  })

  it('takes small steps, by count and by size, and reports its progress', () => {
    const large = historyOf(
      Array.from({ length: 8 }, () => ({ topic: 'a', payload: new Uint8Array(600_000) }))
    )
    const steps = [...scanOf(large.path, ALL).steps()]
    expect(steps.map(({ rows }) => rows.length)).toEqual([2, 2, 2, 2])
    expect(steps.map(({ share }) => share)).toEqual([0.25, 0.5, 0.75, 1])
    const many = historyOf(Array.from({ length: 2_500 }, () => ({ topic: 'a' })))
    for (const filter of [null, 'a']) {
      const counts = [...scanOf(many.path, { ...ALL, filter }).steps()].map(({ rows }) => rows.length)
      expect(counts).toEqual([1_000, 1_000, 500])
    }
  })

  it('reads all messages of a few topics in small steps, and of segments only what their postings list', () => {
    const path = join(temporaryFolder(), 'h.db')
    const writer = HistoryWriter.open(path)
    const sent = new Map<string, number[]>()
    for (let id = 1; id <= 200_000; id++) {
      const topic = id % 30_000 === 7 ? 'rare' : id > 70_000 && id < 80_000 ? 'burst' : `other/${id % 10}`
      sent.set(topic, [...(topic.startsWith('other') ? [] : (sent.get(topic) ?? [])), id])
      writer.append(writer.entry(topic), { ...MESSAGE, payload: Buffer.of(1) })
    }
    writer.close()
    const rare = [...scanOf(path, { ...ALL, filter: 'rare' }).steps()]
    expect(rare.flatMap(({ rows }) => rows.map(([id]) => id))).toEqual(sent.get('rare'))
    // One step for the three whole segments, the others for the messages after them.
    expect(rare).toHaveLength(1 + Math.ceil((200_000 - 3 * 65_536) / 4_096))
    expect(idsOf(path, { filter: 'burst' })).toEqual(sent.get('burst'))
    const other = idsOf(path, { filter: 'other/3' })
    expect(other.slice(0, 3)).toEqual([3, 13, 23])
    expect(other).toEqual(other.toSorted((a, b) => a - b))
    expect(idsOf(path, { filter: '+' })).toEqual(
      [...sent.get('rare')!, ...sent.get('burst')!].sort((a, b) => a - b)
    )
  })
})
