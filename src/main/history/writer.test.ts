import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { NewerHistoryError, openForReading, openForWriting, SCHEMA_VERSION } from './schema'
import type { NewMessage } from './store'
import { HistoryWriter } from './writer'

let directory: string
let path: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'treetop-history-'))
  path = join(directory, 'history.db')
})

afterEach(() => rmSync(directory, { recursive: true, force: true }))

const message = (payload: string, more: Partial<NewMessage> = {}): NewMessage => ({
  direction: 'in',
  qos: 1,
  retain: false,
  dup: false,
  properties: null,
  payload: Buffer.from(payload),
  ...more
})

function record(writer: HistoryWriter, topic: string, payload: string, more: Partial<NewMessage> = {}): void {
  writer.append(writer.entry(topic), message(payload, more))
}

/** The file's writer, with all its topics. */
function opened(): HistoryWriter {
  const writer = HistoryWriter.open(path)
  const shares = [...writer.load()].map(({ share }) => share)
  expect(shares).toEqual(shares.toSorted((a, b) => a - b))
  expect(shares.at(-1)).toBe(1)
  return writer
}

function ids(): number[] {
  const database = openForReading(path)
  const found = database.prepare('SELECT id FROM message ORDER BY id').pluck().all() as number[]
  database.close()
  return found
}

it('finds its messages and totals again when it is reopened', () => {
  const writer = HistoryWriter.open(path)
  record(writer, 'a/b', 'one')
  record(writer, 'a/b', 'two', { qos: 2, retain: true })
  record(writer, 'a/b', 'mine', { direction: 'out' })
  writer.setRetained(writer.entry('a/b'), 1_700_000_000)
  writer.close()

  const again = opened()
  const entry = again.topics.get('a/b')
  expect(entry).toMatchObject({ messages: 2, sequence: 3, retainedAt: 1_700_000_000 })
  expect(entry?.lastId).toBe(2)
  expect(again.last(entry!)).toMatchObject({ qos: 2, size: 3, start: Buffer.from('two') })
  again.close()
  expect(ids()).toEqual([1, 2, 3])
})

it('counts what was committed after the last checkpoint, as after a killed process', () => {
  const writer = HistoryWriter.open(path)
  record(writer, 'a', '1')
  writer.commit()
  record(writer, 'a', '22', { retain: true })
  record(writer, 'b', '333')
  record(writer, 'b', 'mine', { direction: 'out' })
  writer.commit()
  // Another process opens the file without a clean close.
  const survivor = opened()
  expect(survivor.topics.get('a')).toMatchObject({ messages: 2, sequence: 2 })
  expect(survivor.topics.get('a')?.retainedAt).toBeGreaterThan(1.7e9)
  expect(survivor.topics.get('a')?.lastId).toBe(2)
  expect(survivor.topics.get('b')).toMatchObject({ messages: 1, sequence: 2 })
  survivor.close()
})

it('discards uncommitted writes', () => {
  const writer = HistoryWriter.open(path)
  record(writer, 'a', '1')
  writer.commit()
  record(writer, 'a', '2')
  expect(ids()).toEqual([1])
  writer.close()
})

it('keeps payloads unchanged, and times in order', () => {
  const started = Date.now()
  const writer = HistoryWriter.open(path)
  const bytes = Buffer.from([0, 255, 128, 10, 0])
  for (let i = 0; i < 50; i++) writer.append(writer.entry('x'), message('', { payload: bytes }))
  writer.close()
  const database = openForReading(path)
  const rows = database.prepare('SELECT payload, received_at FROM message ORDER BY id').all() as {
    payload: Buffer
    received_at: number
  }[]
  database.close()
  expect(rows[0]?.payload.equals(bytes)).toBe(true)
  const times = rows.map((row) => row.received_at)
  expect(times).toEqual([...times].sort((a, b) => a - b))
  expect(times[0]! / 1_000).toBeGreaterThanOrEqual(started)
  expect(times[0]! / 1_000).toBeLessThan(Date.now() + 1)
})

it('remembers pending QoS 2 packet ids until they are released', () => {
  const writer = HistoryWriter.open(path)
  writer.pending.add(7)
  writer.pending.add(8)
  writer.pending.delete(8)
  writer.pending.delete(9)
  writer.close()
  const again = HistoryWriter.open(path)
  expect([again.pending.has(7), again.pending.has(8)]).toEqual([true, false])
  again.pending.clear()
  expect(again.pending.has(7)).toBe(false)
  again.close()
})

it('clears some topics, keeps the others, and never reuses an id', async () => {
  const writer = HistoryWriter.open(path)
  for (let i = 0; i < 3_000; i++) record(writer, `t${i % 3}`, String(i))
  const clearing = [
    writer.clear({ topic: 't0', subtree: false }),
    writer.clear({ topic: 't2', subtree: true })
  ]
  record(writer, 't0', 'meanwhile')
  expect(await Promise.all(clearing)).toEqual([1_000, 1_000])
  writer.commit()
  expect(writer.topics.get('t0')).toMatchObject({ messages: 1 })
  expect(writer.topics.get('t1')).toMatchObject({ messages: 1_000 })
  expect(writer.topics.get('t2')).toMatchObject({ messages: 0, lastId: 0 })
  expect(ids()).toHaveLength(1_001)
  await writer.clear({ topic: null, subtree: true })
  writer.close()
  const again = HistoryWriter.open(path)
  record(again, 't0', 'later')
  again.close()
  expect(ids()).toEqual([3_002])
})

it('returns cleared space to the disk', async () => {
  const writer = HistoryWriter.open(path)
  for (let i = 0; i < 5_000; i++) record(writer, 't', 'x'.repeat(1_000))
  writer.commit()
  await writer.clear({ topic: null, subtree: true })
  writer.close()
  const database = new Database(path, { readonly: true })
  expect(database.pragma('page_count', { simple: true })).toBeLessThan(100)
  database.close()
})

it('refuses a file from a newer version, and does not change it', () => {
  const database = openForWriting(path)
  database.pragma(`user_version = ${SCHEMA_VERSION + 1}`)
  database.close()
  expect(() => HistoryWriter.open(path)).toThrow(NewerHistoryError)
  const after = new Database(path, { readonly: true })
  expect(after.pragma('user_version', { simple: true })).toBe(SCHEMA_VERSION + 1)
  after.close()
})

it('continues clearing that a killed process had begun', async () => {
  const writer = HistoryWriter.open(path)
  for (let i = 0; i < 10_000; i++) record(writer, `t${i % 2}/${i % 20}`, String(i))
  writer.commit()
  void writer.clear({ topic: 't0', subtree: true })
  record(writer, 't0/0', 'later')
  writer.commit()
  // The process ends here; nothing of the first slice has been done.
  const survivor = opened()
  expect(survivor.topics.get('t0/0')).toMatchObject({ messages: 1, lastId: 10_001 })
  expect(survivor.topics.get('t0/2')?.messages ?? 0).toBe(0)
  expect(survivor.topics.get('t1/1')).toMatchObject({ messages: 500 })
  await survivor.finishClearing()
  survivor.close()
  expect(ids()).toHaveLength(5_001)
})

it('continues clearing even if the totals are already zero', async () => {
  const writer = HistoryWriter.open(path)
  for (let i = 0; i < 10_000; i++) record(writer, `t${i % 2}`, String(i))
  writer.commit()
  void writer.clear({ topic: 't0', subtree: false })
  writer.close()
  expect(ids()).toHaveLength(10_000)
  const survivor = HistoryWriter.open(path)
  await survivor.finishClearing()
  survivor.close()
  expect(ids()).toHaveLength(5_000)
})

it('waits for the disk at every commit when messages are to survive a power cut', () => {
  const writer = HistoryWriter.open(path)
  const synchronous = (): unknown =>
    (Reflect.get(writer, 'database') as Database.Database).pragma('synchronous', { simple: true })
  // 1 is NORMAL, 2 is FULL (SQLite, PRAGMA synchronous).
  expect(synchronous()).toBe(1)
  record(writer, 'a', 'in a transaction')
  writer.setPowerSafe(true)
  expect(synchronous()).toBe(2)
  expect(ids()).toEqual([1])
  writer.setPowerSafe(false)
  expect(synchronous()).toBe(1)
  writer.close()
})

it('writes totals a part at a time, and catches up on the rest', () => {
  const writer = HistoryWriter.open(path)
  for (let i = 0; i < 30_000; i++) record(writer, `t${i % 10_000}`, 'x')
  writer.commit()
  for (let i = 0; i < 100; i++) record(writer, 't5', 'x')
  writer.commit()
  const survivor = opened()
  expect(survivor.topics.get('t5')).toMatchObject({ messages: 103, sequence: 103, lastId: 30_100 })
  expect(survivor.topics.get('t9999')).toMatchObject({ messages: 3, lastId: 30_000 })
  survivor.close()
})
