import { existsSync } from 'node:fs'
import Database from 'better-sqlite3'
import type { Moment } from '../../shared/contract/moments'
import type { RecordingOrigin } from '../../shared/contract/recordings'
import { countOf } from './keys'
import { Meta } from './meta'
import { openForReading, openForWriting, RECORDING_ID } from './schema'
import { copyMarks } from './time-marks'
import { HistoryWriter } from './writer'

/** Result of a copy. */
export interface Copied {
  messages: number
}

/**
 * Copies a history, as its file is now, to a recording; its writer may go on meanwhile. The target is an empty file. A history that doesn't
 * exist yet is empty. `expect` receives the size to copy (bytes) before the long part, which blocks the thread. The copy has
 * no free pages, so it holds no cleared messages, and needs no other file beside it. `flag` is the moment that the person has marked. Throws NewerHistoryError, or SQLite's own errors.
 */
export async function copyHistory(
  source: string,
  target: string,
  origin: RecordingOrigin,
  expect: (bytes: number) => void,
  flag: Moment | null = null
): Promise<Copied> {
  if (existsSync(source)) vacuumInto(source, target, expect)
  else openForWriting(target).close()
  const leftovers = await clearLeftovers(target)
  return seal(target, origin, leftovers, (copy) => copyMarks(source, copy, flag))
}

function vacuumInto(source: string, target: string, expect: (bytes: number) => void): void {
  const database = openForReading(source)
  try {
    const of = (pragma: string): number => database.pragma(pragma, { simple: true }) as number
    expect((of('page_count') - of('freelist_count')) * of('page_size'))
    database.prepare('VACUUM INTO ?').run(target)
  } finally {
    database.close()
  }
}

/** Finishes deletions that were still pending in the history (see clear.ts). Returns whether there were any. */
async function clearLeftovers(path: string): Promise<boolean> {
  const database = new Database(path)
  const left = JSON.parse(new Meta(database).get('clearing') ?? '[]') as unknown[]
  database.close()
  if (left.length === 0) return false
  const writer = HistoryWriter.open(path)
  await writer.finishClearing()
  writer.close()
  return true
}

/** Marks a copy as a recording. */
function seal(
  path: string,
  origin: RecordingOrigin,
  leftovers: boolean,
  addMarks: (copy: Database.Database) => void
): Copied {
  const database = new Database(path)
  try {
    database.pragma('journal_mode = DELETE')
    // Freed pages still hold their old contents.
    if (leftovers) database.exec('VACUUM')
    database.transaction(() => {
      new Meta(database).set('recording', JSON.stringify(origin))
      addMarks(database)
      // Session state belongs to the connection, not to a recording.
      database.exec('DELETE FROM pending_qos2')
      database.pragma(`application_id = ${RECORDING_ID}`)
    })()
    return { messages: countOf(database, { topic: null, subtree: true }) }
  } finally {
    database.close()
  }
}
