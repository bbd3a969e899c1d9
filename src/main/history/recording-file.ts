import { closeSync, openSync, readSync, statSync } from 'node:fs'
import Database from 'better-sqlite3'
import { RecordingOrigin, type Recording } from '../../shared/contract/recordings'
import { AppError } from '../../shared/errors'
import { countOf } from './keys'
import { Meta } from './meta'
import { PastReader } from './past'
import { MOST_TOPIC_IDS } from './topics'
import { distrusted, ownSchema, RECORDING_ID, SCHEMA_VERSION, schemaOf } from './schema'

/** A recording's metadata as read from its file, with the identity of its history. */
export type RecordingFacts = Omit<Recording, 'id' | 'file'> & { identity: string }

/**
 * Checks an untrusted file before it is opened as a recording: it must be a complete SQLite file with Treetop's mark,
 * with exactly the tables of this version. Throws FILE_UNREADABLE, NOT_A_RECORDING, RECORDING_TOO_NEW, RECORDING_TOO_OLD,
 * RECORDING_DAMAGED.
 */
export function inspectRecording(path: string): RecordingFacts {
  const bytes = checkHeader(path)
  const database = guarded(path, () => new Database(path, { readonly: true, fileMustExist: true }))
  try {
    return guarded(path, () => {
      distrusted(database)
      if (JSON.stringify(schemaOf(database)) !== JSON.stringify(ownSchema()))
        throw new AppError('NOT_A_RECORDING', { path })
      return { ...factsOf(path, database), bytes }
    })
  } finally {
    database.close()
  }
}

/** Reads the first bytes of the file (sqlite.org/fileformat2.html, 1.3) without SQLite. Returns the file's size. */
function checkHeader(path: string): number {
  const header = Buffer.alloc(100)
  let size: number
  try {
    const found = statSync(path)
    // Opening a pipe would block.
    if (!found.isFile()) throw new Error('not a regular file')
    size = found.size
    const file = openSync(path, 'r')
    try {
      readSync(file, header, 0, header.length, 0)
    } finally {
      closeSync(file)
    }
  } catch (error) {
    throw new AppError('FILE_UNREADABLE', { path, reason: reasonOf(error) })
  }
  const isSqlite = header.toString('latin1', 0, 16) === 'SQLite format 3\0'
  if (!isSqlite || header.readInt32BE(68) !== RECORDING_ID) throw new AppError('NOT_A_RECORDING', { path })
  const found = header.readUInt32BE(60)
  const versions = { path, found, known: SCHEMA_VERSION }
  if (found > SCHEMA_VERSION) throw new AppError('RECORDING_TOO_NEW', versions)
  // No older format was ever released: such a file comes from a development version.
  if (found < SCHEMA_VERSION) throw new AppError('RECORDING_TOO_OLD', versions)
  // 1 means rollback journal. WAL mode would need files beside this one.
  if (header[18] !== 1 || header[19] !== 1)
    throw new AppError('RECORDING_DAMAGED', { path, reason: 'it is in WAL mode' })
  const pageSize = header.readUInt16BE(16)
  const whole = (pageSize === 1 ? 65_536 : pageSize) * header.readUInt32BE(28)
  if (size !== whole)
    throw new AppError('RECORDING_DAMAGED', { path, reason: `${size} bytes instead of ${whole}` })
  return size
}

function factsOf(path: string, database: Database.Database): Omit<RecordingFacts, 'bytes'> {
  const damaged = (reason: string): AppError => new AppError('RECORDING_DAMAGED', { path, reason })
  const meta = new Meta(database)
  const origin = RecordingOrigin.safeParse(JSON.parse(meta.get('recording') ?? 'null'))
  const identity = meta.get('identity')
  if (!origin.success || typeof identity !== 'string') throw damaged('it does not say where it comes from')
  const highest = database.prepare('SELECT max(id) FROM topic').pluck().get() as number | null
  if ((highest ?? 0) > MOST_TOPIC_IDS) throw damaged(`topic id ${highest}`)
  const past = PastReader.open(path)
  try {
    return {
      ...origin.data,
      identity,
      messages: countOf(database, { topic: null, subtree: true }),
      ends: past.ends()
    }
  } finally {
    past.close()
  }
}

/** Runs code that reads the file. Errors from SQLite, or from parsing its values, count as damage. */
function guarded<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof AppError) throw error
    throw new AppError('RECORDING_DAMAGED', { path, reason: reasonOf(error) })
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
