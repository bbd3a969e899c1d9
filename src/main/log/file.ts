import { renameSync } from 'node:fs'
import { join } from 'node:path'
import log from 'electron-log/node'
import { createLog, type Log } from './log'

/** A file grows to this before the next is begun, in bytes; so many are kept, this one counted. */
const SIZE = 1024 * 1024
const FILES = 5

/** Where the log is. */
export function logPath(dataDirectory: string): string {
  return join(dataDirectory, 'logs', 'treetop.log')
}

/**
 * The log of a process, in `logs/treetop.log` of its data directory; older ones are `treetop.1.log` to `treetop.4.log`. Each line is on
 * disk when the call returns, so that the last one before a crash is there. `TREETOP_DEBUG` puts the level `debug` on. A disk
 * that is full loses lines, and nothing else.
 */
export function openLog(dataDirectory: string): Log {
  const path = logPath(dataDirectory)
  const logger = log.create({ logId: path })
  const { file, console } = logger.transports
  if (!file) throw new Error('electron-log/node has no file')
  console.level = false
  file.resolvePathFn = () => path
  file.maxSize = SIZE
  file.writeOptions = { flag: 'a', mode: 0o600, encoding: 'utf8' }
  // The line comes finished; the library's own formats would take `%c` and `%s` in it for theirs.
  file.transforms = [({ message }) => message.data[0] as string]
  file.archiveLogFn = (full) => {
    try {
      shift(dataDirectory)
    } catch {
      // Another program has one of them open (Windows): what must not happen is that the log grows without end.
      full.clear()
    }
  }
  return createLog(
    (level, line) => logger[level](`${new Date().toISOString()} ${level.padEnd(5)} ${line}`),
    process.env['TREETOP_DEBUG'] ? 'debug' : 'info'
  )
}

/** Each file gets the next number; the last is replaced. */
function shift(dataDirectory: string): void {
  const name = (number: number): string =>
    join(dataDirectory, 'logs', number === 0 ? 'treetop.log' : `treetop.${number}.log`)
  for (let number = FILES - 2; number >= 0; number--) {
    try {
      renameSync(name(number), name(number + 1))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
}
