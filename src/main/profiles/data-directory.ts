import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { AppError } from '../../shared/errors'
import { keepPrivate } from '../private-file'

/** The default data directory, by the convention of each system. */
export function defaultDataDirectory(): string {
  const { env, platform } = process
  if (platform === 'win32') return join(env['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'Treetop')
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Treetop')
  return join(env['XDG_DATA_HOME'] || join(homedir(), '.local', 'share'), 'treetop')
}

/** The locks held by this process. The reference keeps the connection from being garbage-collected, which would release the lock. */
const held = new Set<Database.Database>()

/**
 * Creates the directory (mode 0700) and locks it for this process, since only one process may use a data directory. Returns a function
 * that releases it. Throws DATA_DIRECTORY_IN_USE with the holder's pid (0: unknown).
 *
 * The lock is SQLite's exclusive lock on `lock.db`, an empty file. The system releases it when the process ends in any way. The file
 * is not deleted, because another process may have it open; opening it by other means in this process would release the lock (POSIX).
 * The file `lock` beside it only names the holder.
 */
export function holdDataDirectory(directory: string): () => void {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const holder = join(directory, 'lock')
  const lock = take(join(directory, 'lock.db'))
  if (!lock) throw new AppError('DATA_DIRECTORY_IN_USE', { path: directory, pid: pidIn(holder) })
  held.add(lock)
  writeFileSync(holder, `${process.pid}\n`, { mode: 0o600 })
  return () => {
    if (!held.delete(lock)) return
    rmSync(holder, { force: true })
    lock.close()
  }
}

/** Locks the file. Returns null if another connection holds the lock. */
function take(path: string): Database.Database | null {
  keepPrivate(path)
  const database = new Database(path, { timeout: 0 })
  try {
    database.exec('BEGIN EXCLUSIVE')
    return database
  } catch (error) {
    database.close()
    const { code } = error as { code?: string }
    if (code?.startsWith('SQLITE_BUSY')) return null
    if (code !== 'SQLITE_NOTADB') throw error
    // The file is not a database any more. It contains no data, so it can be replaced.
    rmSync(path)
    return take(path)
  }
}

function pidIn(path: string): number {
  try {
    return Number.parseInt(readFileSync(path, 'utf8'), 10) || 0
  } catch {
    return 0
  }
}
