import { copyFileSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { copyHistory } from './copy'
import { mountsDisks, smallDisk } from './disk.fixture'
import { historyOf, temporaryFolder, type FixtureMessage } from './fixture'
import { HistoryReader } from './reader'
import { inspectRecording } from './recording-file'
import { openForReading, RECORDING_ID, SCHEMA_VERSION } from './schema'
import { HistoryWriter } from './writer'

const ORIGIN = { profile: 'Plant', version: '1.2.3', savedAt: 1_795_000_000_000 }
const MESSAGES: FixtureMessage[] = [
  { topic: 'plant/a', payload: 'one', qos: 1, retain: true },
  { topic: 'plant/b', payload: Uint8Array.of(0, 255), direction: 'out', qos: 2, dup: true },
  { topic: 'plant/a', payload: '', properties: { contentType: 'text/plain' } }
]

/** A recording of a history whose writer still has it open. */
async function recordingOf(messages = MESSAGES): Promise<string> {
  const { path } = historyOf(messages)
  const target = join(temporaryFolder(), 'copy.treetop')
  await copyHistory(path, target, ORIGIN, () => undefined)
  return target
}

/** Modifies a recording in a way that Treetop never does. */
function tamper(path: string, sql: string): string {
  const database = new Database(path)
  database.exec(sql)
  database.close()
  return path
}

function messagesIn(path: string): unknown[] {
  const database = openForReading(path)
  try {
    return database
      .prepare('SELECT m.*, t.name FROM message m JOIN topic t ON t.id = m.topic_id ORDER BY m.id')
      .all()
  } finally {
    database.close()
  }
}

describe('a copy of a history', () => {
  it('has the same messages, and states its origin', async () => {
    const { path } = historyOf(MESSAGES)
    const target = join(temporaryFolder(), 'copy.treetop')
    const expected: number[] = []
    expect(await copyHistory(path, target, ORIGIN, (bytes) => expected.push(bytes))).toEqual({ messages: 3 })
    expect(expected).toEqual([expect.any(Number)])
    expect(messagesIn(target)).toEqual(messagesIn(path))
    expect(messagesIn(target)).toHaveLength(3)
    expect(inspectRecording(target)).toMatchObject({
      ...ORIGIN,
      messages: 3,
      ends: { first: { id: 1, at: 1 }, last: { id: 3, at: 3 } },
      bytes: readFileSync(target).length
    })
  })

  it('needs no journal, has no file beside it, and does not contain the connection’s session', async () => {
    const { path, database } = historyOf(MESSAGES)
    database.exec('INSERT INTO pending_qos2 VALUES (7)')
    const target = join(temporaryFolder(), 'copy.treetop')
    await copyHistory(path, target, ORIGIN, () => undefined)
    expect(readdirSync(dirname(target))).toEqual(['copy.treetop'])
    const copy = openForReading(target)
    onTestFinished(() => void copy.close())
    expect(copy.pragma('journal_mode', { simple: true })).toBe('delete')
    expect(copy.pragma('application_id', { simple: true })).toBe(RECORDING_ID)
    expect(copy.pragma('trusted_schema', { simple: true })).toBe(0)
    expect(copy.pragma('integrity_check', { simple: true })).toBe('ok')
    expect(copy.prepare('SELECT count(*) FROM pending_qos2').pluck().get()).toBe(0)
    expect(readdirSync(dirname(target))).toEqual(['copy.treetop'])
  })

  it('is empty when nothing was recorded yet', async () => {
    const target = join(temporaryFolder(), 'copy.treetop')
    await copyHistory(join(temporaryFolder(), 'none.db'), target, ORIGIN, () => undefined)
    expect(inspectRecording(target)).toMatchObject({ messages: 0, ends: null })
    expect(readdirSync(dirname(target))).toEqual(['copy.treetop'])
  })

  it('does not contain messages that were being cleared', async () => {
    const secret = 'a-secret-that-was-cleared'
    const path = join(temporaryFolder(), 'history.db')
    const writer = HistoryWriter.open(path)
    onTestFinished(() => writer.abandon())
    const message = { direction: 'in', qos: 0, retain: false, dup: false, properties: null } as const
    for (let i = 0; i < 5_000; i++)
      writer.append(writer.entry('gone'), { ...message, payload: Buffer.from(secret) })
    writer.append(writer.entry('kept'), { ...message, payload: Buffer.from('kept') })
    // Clearing has begun and is still running.
    const clearing = writer.clear({ topic: 'gone', subtree: false })
    const target = join(temporaryFolder(), 'copy.treetop')
    expect(messagesIn(path)).toHaveLength(5_001)
    expect(await copyHistory(path, target, ORIGIN, () => undefined)).toEqual({ messages: 1 })
    await clearing
    expect(messagesIn(target)).toMatchObject([{ name: 'kept' }])
    expect(readFileSync(target).includes(secret)).toBe(false)
  })
})

describe('a file that is opened as a recording', () => {
  it.each<[string, (path: string) => void, string]>([
    ['that is garbage', (path) => writeFileSync(path, 'garbage'), 'NOT_A_RECORDING'],
    ['that is empty', (path) => writeFileSync(path, ''), 'NOT_A_RECORDING'],
    ['of another program', (path) => tamper(path, 'PRAGMA application_id = 1'), 'NOT_A_RECORDING'],
    [
      'with a trigger of its own',
      (path) => tamper(path, 'CREATE TRIGGER t AFTER INSERT ON message BEGIN DELETE FROM topic; END'),
      'NOT_A_RECORDING'
    ],
    ['with a view of its own', (path) => tamper(path, 'CREATE VIEW v AS SELECT 1'), 'NOT_A_RECORDING'],
    [
      'with a virtual table',
      (path) => tamper(path, 'CREATE VIRTUAL TABLE v USING fts5(body)'),
      'NOT_A_RECORDING'
    ],
    [
      'with a view in the place of a table',
      (path) => tamper(path, 'ALTER TABLE message RENAME TO m; CREATE VIEW message AS SELECT * FROM m'),
      'NOT_A_RECORDING'
    ],
    [
      'of a newer Treetop',
      (path) => tamper(path, `PRAGMA user_version = ${SCHEMA_VERSION + 1}`),
      'RECORDING_TOO_NEW'
    ],
    ['of an unreleased Treetop', (path) => tamper(path, 'PRAGMA user_version = 1'), 'RECORDING_TOO_OLD'],
    ['that is cut off', (path) => truncateSync(path, readFileSync(path).length - 4_096), 'RECORDING_DAMAGED'],
    ['in WAL mode', (path) => tamper(path, 'PRAGMA journal_mode = WAL'), 'RECORDING_DAMAGED'],
    ['of nobody', (path) => tamper(path, "DELETE FROM meta WHERE key = 'recording'"), 'RECORDING_DAMAGED'],
    [
      'that does not say who made it',
      (path) => tamper(path, `UPDATE meta SET value = '{"profile":1}' WHERE key = 'recording'`),
      'RECORDING_DAMAGED'
    ],
    [
      'that asks for endless memory',
      (path) => tamper(path, `INSERT INTO topic (id, name) VALUES (${2 ** 40}, 'x')`),
      'RECORDING_DAMAGED'
    ]
  ])('%s is refused', async (_, change, code) => {
    const path = await recordingOf()
    change(path)
    expect(() => inspectRecording(path)).toThrow(expect.objectContaining({ code }) as Error)
  })

  it('is refused when its pages are overwritten, or returns its intact data', async () => {
    const path = await recordingOf()
    const bytes = readFileSync(path)
    bytes.fill(0xa5, 4_096, bytes.length)
    writeFileSync(path, bytes)
    expect(() => inspectRecording(path)).toThrow(
      expect.objectContaining({ code: 'RECORDING_DAMAGED' }) as Error
    )
  })

  it('is no history that is written to, no folder, and is there', () => {
    const { path } = historyOf(MESSAGES)
    const before = readdirSync(dirname(path))
    expect(() => inspectRecording(path)).toThrow(
      expect.objectContaining({ code: 'NOT_A_RECORDING' }) as Error
    )
    expect(readdirSync(dirname(path))).toEqual(before)
    for (const other of [dirname(path), join(dirname(path), 'none')])
      expect(() => inspectRecording(other)).toThrow(
        expect.objectContaining({ code: 'FILE_UNREADABLE' }) as Error
      )
  })

  it('can only be read', async () => {
    const path = await recordingOf()
    const database = openForReading(path)
    onTestFinished(() => void database.close())
    expect(() => database.exec('DELETE FROM message')).toThrow('readonly')
  })
})

describe.skipIf(!mountsDisks)('a recording on a disk that is mounted read-only (needs root)', () => {
  it('is read, and nothing is written beside it', async () => {
    const { place, makeReadOnly } = smallDisk('2m')
    const path = join(place, 'copy.treetop')
    copyFileSync(await recordingOf(), path)
    makeReadOnly()
    expect(inspectRecording(path)).toMatchObject({ messages: 3 })
    const reader = HistoryReader.open(path)
    expect(reader.get(1)).toMatchObject({ topic: 'plant/a' })
    reader.close()
    expect(readdirSync(place)).toEqual(['copy.treetop'])
  })
})
