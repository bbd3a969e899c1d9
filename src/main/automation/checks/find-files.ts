import { readdir, stat } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import type { Words } from '../../../shared/contract/sentence'
import { english, said } from './said'

const MAX_FILES = 5_000
const MAX_DEPTH = 16

/** Whether a name is one of a file with checks. One that begins with `_` is only run by others. */
export function isCheckFile(name: string): boolean {
  return /\.test\.ya?ml$/i.test(name) && !/^[._]/.test(name)
}

/** The files with checks that an argument names: itself, or those below it, by name. Throws an error that says why there are none. */
export async function findCheckFiles(
  argument: string,
  base: string
): Promise<{ path: string; shown: string }[]> {
  const start = resolve(base, argument)
  const stats = await stat(start).catch(() => null)
  if (!stats) throw new Error(`There is no file or folder ${argument}.`)
  const shown = (path: string): string => {
    const text = relative(base, path)
    return text.startsWith('..') ? path : text
  }
  if (!stats.isDirectory()) return [{ path: start, shown: shown(start) }]
  const found = await checkFilesBelow(start, (reason) => {
    throw new Error(`${argument}: ${english(reason)}`)
  })
  if (found.length === 0) throw new Error(`There is no file that ends in .test.yaml in ${argument}.`)
  return found.map((path) => ({ path, shown: shown(path) }))
}

/** The files with checks below a folder, by name. `failed` hears of a folder that cannot be read, and of too many files. */
export async function checkFilesBelow(start: string, failed: (reason: Words) => void): Promise<string[]> {
  const found: string[] = []
  const visit = async (folder: string, depth: number): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true }).catch((error: Error) => {
      failed(error.message)
      return []
    })
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (found.length >= MAX_FILES) return failed(said('failure_most_files', { most: MAX_FILES }))
      const path = join(folder, entry.name)
      if (entry.isFile() && isCheckFile(entry.name)) found.push(path)
      else if (
        entry.isDirectory() &&
        depth < MAX_DEPTH &&
        !entry.name.startsWith('.') &&
        entry.name !== 'node_modules'
      )
        await visit(path, depth + 1)
    }
  }
  await visit(start, 1)
  return found
}
