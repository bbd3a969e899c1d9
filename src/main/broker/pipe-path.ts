import { randomUUID } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Bytes that the path of a Unix socket may have on every system: macOS has the fewest. */
const LONGEST_PATH = 103

/** Where Treetop's own connection reaches the broker: a Unix socket in the data directory, or a named pipe on Windows. */
export function pipePath(dataDirectory: string): string {
  if (process.platform === 'win32') return `\\\\.\\pipe\\treetop-${randomUUID()}`
  const path = join(dataDirectory, 'broker.sock')
  if (Buffer.byteLength(path) <= LONGEST_PATH) return path
  return join(mkdtempSync(join(tmpdir(), 'treetop-')), 'broker.sock')
}
