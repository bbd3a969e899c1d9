import { statSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'

/** Path of a profile's history file. */
export function historyPath(dataDirectory: string, profileId: string): string {
  return join(dataDirectory, 'history', `${profileId}.db`)
}

/** Path of a history's search index. */
export function indexPath(historyPath: string): string {
  return `${historyPath.replace(/\.db$/, '')}.search.db`
}

/** Every file that belongs to a history. */
export function historyFiles(historyPath: string): string[] {
  return [historyPath, indexPath(historyPath)].flatMap((path) => [path, `${path}-wal`, `${path}-shm`])
}

/** Removes a history, which nobody has open. */
export async function removeHistoryFiles(historyPath: string): Promise<void> {
  for (const file of historyFiles(historyPath)) await rm(file, { force: true })
}

/** Size of a history on disk, with its write-ahead log and without its search index, in bytes. */
export function historyBytes(historyPath: string): number {
  const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0
  return sizeOf(historyPath) + sizeOf(`${historyPath}-wal`)
}
