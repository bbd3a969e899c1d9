import { existsSync, lstatSync, readlinkSync, realpathSync, type Stats } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** Each data directory has this file (profiles/data-directory.ts). */
const LOCK = 'lock.db'

/** Says why a file must not be written by an export, as a sentence; null: it may be. `force`: it may replace a file. */
export function outputFault(output: string, force: boolean): string | null {
  const path = resolve(output)
  const stats = found(path)
  if (stats?.isSymbolicLink())
    return `${output} is a link to ${readlinkSync(path)}. Give the file itself with --output.`
  const directory = dataDirectoryAround(path)
  if (directory !== null)
    return `${output} is in ${directory}, where Treetop keeps its own files. Choose another folder.`
  if (stats && !force) return `${output} exists. Add --force to replace it.`
  return null
}

/** Null: nothing is there, or it cannot be reached, which opening it reports. */
function found(path: string): Stats | null {
  try {
    return lstatSync(path)
  } catch {
    return null
  }
}

/** The data directory that a path is in, whatever links lead there; null: none. */
function dataDirectoryAround(path: string): string | null {
  const above = dirname(path)
  for (let folder = existsSync(above) ? realpathSync(above) : above; ; folder = dirname(folder)) {
    if (existsSync(join(folder, LOCK))) return folder
    if (folder === dirname(folder)) return null
  }
}
