import { existsSync } from 'node:fs'
import Database from 'better-sqlite3'
import type { RecordingOrigin } from '../../shared/contract/recordings'
import { countOf } from './keys'
import { Meta } from './meta'
import { openForReading, openForWriting, RECORDING_ID } from './schema'
import { HistoryWriter } from './writer'

/** What a copy came to. */
export interface Copied {
  messages: number
}

/**
 * Copies a history, as its file is now, to a recording; its writer may go on meanwhile. The target is an empty file. A history that does not
 * exist yet is empty. `expect` is told the size of what is copied (bytes) before the long part begins, which keeps the thread. The copy holds
 * no free pages, so nothing that was cleared, and needs no other file beside it. Throws NewerHistoryError, or SQLite's own errors.
 */
export async function copyHistory(
  source: string,
  target: string,
  origin: RecordingOrigin,
  expect: (bytes: number) => void
): Promise<Copied> {
  if (existsSync(source)) vacuumInto(source, target, expect)
  else openForWriting(target).close()
  const leftovers = await clearLeftovers(target)
  return seal(target, origin, leftovers)
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

/** Deletes what the history was still being cleared of (see clear.ts). Whether there was any. */
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
function seal(path: string, origin: RecordingOrigin, leftovers: boolean): Copied {
  const database = new Database(path)
  try {
    database.pragma('journal_mode = DELETE')
    // Pages that were freed still hold what was in them.
    if (leftovers) database.exec('VACUUM')
    database.transaction(() => {
      new Meta(database).set('recording', JSON.stringify(origin))
      // What belongs to the connection's session is nobody else's.
      database.exec('DELETE FROM pending_qos2')
      database.pragma(`application_id = ${RECORDING_ID}`)
    })()
    return { messages: countOf(database, { topic: null, subtree: true }) }
  } finally {
    database.close()
  }
}
