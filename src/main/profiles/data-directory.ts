import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { AppError } from '../../shared/errors'

/** Where a person's data lives unless told otherwise, as each system has it. */
export function defaultDataDirectory(): string {
  const { env, platform } = process
  if (platform === 'win32') return join(env['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'Treetop')
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Treetop')
  return join(env['XDG_DATA_HOME'] || join(homedir(), '.local', 'share'), 'treetop')
}

/**
 * Makes the directory (mode 0700) and holds it for this process: one process a data directory. Gives the way to let it go.
 * Throws DATA_DIRECTORY_IN_USE with the holder's pid. The lock of a process that is gone is taken over.
 */
export function holdDataDirectory(directory: string): () => void {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const path = join(directory, 'lock')
  const own = `${path}.${process.pid}`
  writeFileSync(own, `${process.pid} ${startOf(process.pid)}\n`)
  try {
    take(own, path, directory)
  } finally {
    rmSync(own, { force: true })
  }
  return () => {
    if (holderOf(path)?.pid === process.pid) rmSync(path, { force: true })
  }
}

/** A link appears at once with its content, or not at all. */
function take(own: string, path: string, directory: string): void {
  for (let tries = 0; tries < 5; tries++) {
    try {
      linkSync(own, path)
      return
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const holder = holderOf(path)
    if (holder && isAlive(holder))
      throw new AppError('DATA_DIRECTORY_IN_USE', { path: directory, pid: holder.pid })
    clear(path, holder, `${own}.stale`)
  }
  throw new AppError('DATA_DIRECTORY_IN_USE', { path: directory, pid: holderOf(path)?.pid ?? 0 })
}

/** Moves a stale lock away. When another process was quicker and it is that one's lock which was moved, it is put back. */
function clear(path: string, stale: Holder | null, away: string): void {
  try {
    renameSync(path, away)
    const moved = holderOf(away)
    if (moved && (moved.pid !== stale?.pid || moved.start !== stale.start)) linkSync(away, path)
  } catch {
    // Gone already, or taken already: the next try tells.
  }
  rmSync(away, { force: true })
}

interface Holder {
  pid: number
  start: string
}

function holderOf(path: string): Holder | null {
  try {
    const [pid, start = ''] = readFileSync(path, 'utf8').trim().split(' ')
    return Number(pid) > 0 ? { pid: Number(pid), start } : null
  } catch {
    return null
  }
}

/** Whether the process that wrote the lock still runs: its pid may have gone to another program since. */
function isAlive({ pid, start }: Holder): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  return startOf(pid) === start
}

/** When a process started, as the system counts it (Linux: field 22 of /proc/pid/stat); empty where that cannot be told. */
function startOf(pid: number): string {
  if (process.platform !== 'linux') return ''
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}
