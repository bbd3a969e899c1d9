import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { AppError } from '../../shared/errors'

/** Where a person's data lives unless told otherwise, as each system has it. */
export function defaultDataDirectory(): string {
  const { env, platform } = process
  if (platform === 'win32') return join(env['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'Treetop')
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Treetop')
  return join(env['XDG_DATA_HOME'] || join(homedir(), '.local', 'share'), 'treetop')
}

/** The locks that this process holds. A connection that is collected would give its lock up. */
const held = new Set<Database.Database>()

/**
 * Makes the directory (mode 0700) and holds it for this process: one process a data directory. Gives the way to let it go.
 * Throws DATA_DIRECTORY_IN_USE with the holder's pid (0: not known).
 *
 * The lock is SQLite's exclusive lock on `lock.db`, an empty file: the system releases it when the process ends, however it ends. The file
 * stays, since another process may have it open; opening it by other means in this process would release the lock (POSIX). `lock`
 * beside it only says who the holder is.
 */
export function holdDataDirectory(directory: string): () => void {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const holder = join(directory, 'lock')
  const lock = take(join(directory, 'lock.db'))
  if (!lock) throw new AppError('DATA_DIRECTORY_IN_USE', { path: directory, pid: pidIn(holder) })
  held.add(lock)
  writeFileSync(holder, `${process.pid}\n`)
  return () => {
    if (!held.delete(lock)) return
    rmSync(holder, { force: true })
    lock.close()
  }
}

/** The locked file, or null when another connection has locked it. */
function take(path: string): Database.Database | null {
  const database = new Database(path, { timeout: 0 })
  try {
    database.exec('BEGIN EXCLUSIVE')
    return database
  } catch (error) {
    database.close()
    const { code } = error as { code?: string }
    if (code?.startsWith('SQLITE_BUSY')) return null
    if (code !== 'SQLITE_NOTADB') throw error
    // Somebody wrote into it. It holds nothing, so it may go.
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
