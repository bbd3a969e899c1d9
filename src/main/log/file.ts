import { mkdirSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import log from 'electron-log/node'
import { createLog, type Log } from './log'

/** Size at which the next file starts, in bytes, and the number of files kept, including the current one. */
const SIZE = 1024 * 1024
const FILES = 5

/** The path of the current log file. */
export function logPath(dataDirectory: string): string {
  return join(dataDirectory, 'logs', 'treetop.log')
}

/**
 * The log of a process, in `logs/treetop.log` of its data directory; older files are `treetop.1.log` to `treetop.4.log`. Each line is
 * written before the call returns, so the last line before a crash is not lost. `TREETOP_DEBUG` enables the level `debug`. On a full
 * disk lines are lost, but nothing fails.
 */
export function openLog(dataDirectory: string): Log {
  const path = logPath(dataDirectory)
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  } catch {
    // The disk is full or read-only. The library tries again with the first line.
  }
  const logger = log.create({ logId: path })
  const { file, console } = logger.transports
  if (!file) throw new Error('electron-log/node has no file')
  console.level = false
  // Otherwise the library looks for a package.json around the working directory, and without one it writes nothing and does not say so.
  file.setAppName('Treetop')
  file.resolvePathFn = () => path
  file.maxSize = SIZE
  file.writeOptions = { flag: 'a', mode: 0o600, encoding: 'utf8' }
  // The line is already formatted; the library would interpret `%c` and `%s` in it.
  file.transforms = [({ message }) => message.data[0] as string]
  file.archiveLogFn = (full) => {
    try {
      shift(dataDirectory)
    } catch {
      // Another program has one of the files open (Windows). The log must still not grow without limit.
      full.clear()
    }
  }
  return createLog(
    (level, line) => logger[level](`${new Date().toISOString()} ${level.padEnd(5)} ${line}`),
    process.env['TREETOP_DEBUG'] ? 'debug' : 'info'
  )
}

/** Renames each file to the next number; the last one is overwritten. */
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
