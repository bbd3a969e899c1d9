import { expect, it } from 'vitest'
import { openForReading } from './schema'
import { temporaryFolder } from './fixture'
import { HistoryReader } from './reader'
import { HistoryWriter } from './writer'

const path = (): string => `${temporaryFolder()}/h.db`

function record(writer: HistoryWriter, topic: string, size = 1_000, receivedAt?: number): void {
  const payload = Buffer.alloc(size, 120)
  const head = { direction: 'in', qos: 0, retain: false, dup: false, properties: null } as const
  writer.append(writer.entry(topic), { ...head, payload }, receivedAt)
}

/** Runs retention until it is done. Returns what each topic lost. */
function retain(writer: HistoryWriter, limits: { bytes?: number; from?: number }): Map<string, number> {
  const lost = new Map<string, number>()
  const whole = { bytes: limits.bytes ?? null, from: limits.from ?? null }
  while (writer.retain(whole, ({ name }, messages) => lost.set(name, (lost.get(name) ?? 0) + messages)));
  writer.commit()
  return lost
}

function stored(file: string): { ids: number[]; counted: number; listed: number; bytes: number } {
  const database = openForReading(file)
  const number = (sql: string): number => database.prepare(sql).pluck().get() as number
  const found = {
    ids: database.prepare('SELECT id FROM message ORDER BY id').pluck().all() as number[],
    counted: number('SELECT coalesce(sum(messages), 0) FROM segment'),
    listed: number('SELECT coalesce(sum(length(ids) / 2), 0) FROM posting'),
    bytes: (database.pragma('page_count', { simple: true }) as number) * 4_096
  }
  database.close()
  return found
}

it('deletes the oldest messages beyond a size, but not the newest of a topic, and the file shrinks', () => {
  const file = path()
  const writer = HistoryWriter.open(file)
  record(writer, 'rare')
  for (let i = 0; i < 20_000; i++) record(writer, `often/${i % 10}`)
  writer.commit()
  const before = stored(file).bytes
  const lost = retain(writer, { bytes: 5_000_000 })
  const gone = [...lost.values()].reduce((sum, count) => sum + count, 0)
  expect(lost.get('rare')).toBeUndefined()
  expect(writer.topics.get('rare')).toMatchObject({ messages: 1, lastId: 1 })
  expect(writer.topics.get('often/3')?.messages).toBe(2_000 - lost.get('often/3')!)
  writer.close()
  const after = stored(file)
  expect(after.ids).toHaveLength(20_001 - gone)
  expect(after.ids.slice(0, 2)).toEqual([1, gone + 2])
  expect(before).toBeGreaterThan(20_000_000)
  expect(after.bytes).toBeLessThan(5_300_000)
  const reader = HistoryReader.open(file)
  expect(
    reader.page({ scope: { topic: 'rare', subtree: false }, limit: 5 }).rows.map(({ id }) => id)
  ).toEqual([1])
  expect(reader.count({ topic: null, subtree: true })).toBe(20_001 - gone)
  reader.close()
})

it('deletes messages before a time, and a spared one when a newer takes its place', () => {
  const file = path()
  const writer = HistoryWriter.open(file)
  record(writer, 'rare', 10, 100)
  for (let i = 0; i < 1_000; i++) record(writer, 'often', 10, 200 + i)
  writer.commit()
  expect(Object.fromEntries(retain(writer, { from: 700 }))).toEqual({ often: 500 })
  record(writer, 'rare', 10, 5_000)
  record(writer, 'often', 10, 5_000)
  expect(Object.fromEntries(retain(writer, { from: 701 }))).toEqual({ often: 1, rare: 1 })
  expect(writer.topics.get('rare')).toMatchObject({ messages: 1, lastId: 1_002 })
  writer.close()
  expect(stored(file).ids[0]).toBe(503)
})

it('has correct counts after the process was killed', () => {
  const file = path()
  const writer = HistoryWriter.open(file)
  for (let i = 0; i < 5_000; i++) record(writer, `t${i % 7}`, 100, 1_000 + i)
  writer.commit()
  retain(writer, { from: 4_000 })
  const survivor = HistoryWriter.open(file)
  for (const step of survivor.load()) expect(step.entries).toHaveLength(7)
  const counts = [...survivor.topics.values()].map(({ messages }) => messages)
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(2_000)
  survivor.close()
})

it('limits segments and postings to the messages that exist', () => {
  const file = path()
  const writer = HistoryWriter.open(file)
  for (let i = 0; i < 100_000; i++) record(writer, i < 50 ? `old/${i}` : `t${i % 100}`, 20, i)
  writer.commit()
  retain(writer, { from: 70_000 })
  for (let i = 0; i < 20; i++) record(writer, `old/${i}`, 20, 200_000)
  record(writer, 't5', 20, 200_000)
  retain(writer, { from: 80_000 })
  writer.close()
  const { ids } = stored(file)
  expect(ids.filter((id) => id <= 50)).toHaveLength(30)
  const reader = HistoryReader.open(file)
  expect(reader.count({ topic: null, subtree: true })).toBe(ids.length)
  const five = { topic: 't5', subtree: false }
  expect(reader.count(five)).toBe(reader.page({ scope: five, limit: 999 }).rows.length)
  expect(reader.count({ topic: 'old', subtree: true })).toBe(50)
  reader.close()
})

it('stays within its size while messages arrive', () => {
  const file = path()
  const writer = HistoryWriter.open(file)
  const limits = { bytes: 3_000_000, from: null }
  // As the schedule does: steps until there is nothing left to delete, then the messages received meanwhile.
  for (let i = 0; i < 60_000; i++) {
    record(writer, `t${i % 100}`, 200)
    if (i % 200 !== 199) continue
    writer.commit()
    while (writer.retain(limits, () => undefined));
  }
  writer.close()
  const { bytes, ids } = stored(file)
  expect(bytes).toBeLessThan(3_600_000)
  expect(ids.length).toBeGreaterThan(5_000)
  expect(ids.at(-1)).toBe(60_000)
})

it('does not count messages twice that are being cleared', async () => {
  const file = path()
  const writer = HistoryWriter.open(file)
  for (let i = 0; i < 6_000; i++) record(writer, `t${i % 3}`, 100, 1_000 + i)
  const cleared = writer.clear({ topic: 't1', subtree: false })
  record(writer, 't1', 100, 9_000)
  // Some rows of t1 are deleted before clearing reaches them.
  const lost = retain(writer, { from: 4_000 })
  await cleared
  expect(lost.get('t1')).toBeUndefined()
  expect(lost.get('t0')).toBe(1_000)
  expect(writer.topics.get('t1')).toMatchObject({ messages: 1 })
  writer.close()
  expect(stored(file).ids).toHaveLength(2_001)
})

it('includes messages waiting to be inserted', () => {
  const file = path()
  const writer = HistoryWriter.open(file)
  // A segment is full, and nothing has been committed.
  for (let i = 0; i < 12; i++) record(writer, 't', 1_000_000, 1_000 + i)
  expect(retain(writer, { from: 1_011 }).get('t')).toBe(11)
  writer.close()
  expect(stored(file).ids).toEqual([12])
})
