import { lstat } from 'node:fs/promises'
import { relative, sep } from 'node:path'
import type { CheckFileHead, CheckFolder, CheckList } from '../../../shared/contract/checks'
import type { Words } from '../../../shared/contract/sentence'
import { loadCheckFile, type CheckFile } from './check-file'
import type { CollectionPlace } from './check-functions'
import { checkFilesBelow } from './find-files'
import { isMap } from './json'
import { reasonOf, said } from './said'
import { BadFile } from './sentences'

/** Files of all collections, at most. */
const MAX_LISTED = 5_000

/** Lists the files of collections. A file that has not changed is not read again. */
export class CheckLister {
  private known = new Map<string, { stamp: string; head: Omit<CheckFileHead, 'collection' | 'path'> }>()

  async list(places: readonly CollectionPlace[]): Promise<CheckList> {
    const folders: CheckFolder[] = []
    const files: CheckFileHead[] = []
    const known: typeof this.known = new Map()
    for (const place of places) {
      let fault: Words | null = null
      const found = await checkFilesBelow(place.directory, (reason) => (fault ??= reason))
      for (const full of found) {
        if (files.length >= MAX_LISTED) {
          fault ??= said('failure_most_files', { most: MAX_LISTED })
          break
        }
        const path = relative(place.directory, full).split(sep).join('/')
        const stats = await lstat(full).catch(() => null)
        if (!stats) continue
        const stamp = `${stats.mtimeMs} ${stats.ctimeMs} ${stats.size} ${stats.ino} ${path}`
        const before = this.known.get(full)
        const head = before?.stamp === stamp ? before.head : await headOf(full, path)
        known.set(full, { stamp, head })
        files.push({ collection: place.id, path, ...head })
      }
      folders.push({ ...place, fault })
    }
    this.known = known
    return { folders, files }
  }
}

async function headOf(full: string, path: string): Promise<Omit<CheckFileHead, 'collection' | 'path'>> {
  try {
    const file = await loadCheckFile(full, path)
    return {
      name: file.name,
      broker: brokerText(file.broker),
      problems: [],
      checks: file.checks.map(({ name, tags, data, path }) => ({
        ...{ name, tags, line: file.lineOf(path) },
        rows: Array.isArray(data) ? data.length : 1
      }))
    }
  } catch (error) {
    const problems =
      error instanceof BadFile
        ? [...error.problems]
        : [{ file: path, line: null, sentence: said('failure_error', { reason: reasonOf(error) }) }]
    return { name: path.slice(path.lastIndexOf('/') + 1), broker: '', checks: [], problems }
  }
}

/** Where the broker is, in a few words and without a password. */
function brokerText(broker: CheckFile['broker']): string {
  if (typeof broker === 'string') return broker.replace(/\/\/[^/@]*@/, '//')
  if (isMap(broker)) return typeof broker['url'] === 'string' ? brokerText(broker['url']) : 'local'
  return ''
}
