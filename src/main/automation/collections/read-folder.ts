import { lstat, readdir } from 'node:fs/promises'
import { join as joinPath } from 'node:path'
import type { CollectionItem, FileFault, SavedRequest } from '../../../shared/contract/collections'
import type { SavedSimulator } from '../../../shared/contract/simulators'
import { COLLECTION_FILE, FOLDER_FILE, isRequestFile, isSimulatorFile, join, nameOfFile } from './item-path'
import { readText } from './read-text'
import { readRequest } from './request-file'
import { readSimulator } from './simulator-file'
import { readSettings, type Settings } from './settings-file'
import { MAX_FILE_BYTES } from './yaml-file'

/** An item with what its file holds. */
export interface FolderItem extends CollectionItem {
  order: number | null
  request: SavedRequest | null
  simulator: SavedSimulator | null
}

/** What the folder of a collection holds. */
export interface FolderContent {
  settings: Settings
  /** Depth first, in their order. */
  items: FolderItem[]
  faults: FileFault[]
}

const MAX_ITEMS = 5_000
const MAX_DEPTH = 16
/** All files together, in bytes: they are kept in memory. */
const MAX_TOTAL = 64_000_000
const PREVIEW = 160

/** Contents of files that have not changed since they were read, by path. */
export type ReadCache = Map<string, { stamp: string; size: number; item: FolderItem }>

/** Reads a collection. A file or folder that cannot be read is a fault, and does not stop the others. Symbolic links are not followed. */
export async function readFolder(directory: string, cache: ReadCache): Promise<FolderContent> {
  const items: FolderItem[] = []
  const faults: FileFault[] = []
  const seen = new Set<string>()
  let size = 0
  const read = await textOf(joinPath(directory, COLLECTION_FILE), COLLECTION_FILE)
  const settings = readSettings(COLLECTION_FILE, read.text ?? '', false)
  if (read.fault) faults.push(read.fault)

  async function visit(path: string, depth: number): Promise<void> {
    let entries
    try {
      entries = await readdir(joinPath(directory, path), { withFileTypes: true })
    } catch (error) {
      faults.push(faultOf(path || '.', 'UNREADABLE', (error as Error).message))
      return
    }
    const found: FolderItem[] = []
    for (const entry of entries) {
      const { name } = entry
      const isFolder = entry.isDirectory() && !name.startsWith('.') && name !== 'node_modules'
      if (!isFolder && !(entry.isFile() && (isRequestFile(name) || isSimulatorFile(name)))) continue
      if (items.length + found.length >= MAX_ITEMS) {
        if (!faults.some(({ code }) => code === 'TOO_MANY'))
          faults.push(faultOf(path || '.', 'TOO_MANY', String(MAX_ITEMS)))
        break
      }
      if (size > MAX_TOTAL) {
        if (!faults.some(({ code }) => code === 'TOO_MUCH'))
          faults.push(faultOf(path || '.', 'TOO_MUCH', String(MAX_TOTAL)))
        break
      }
      const child = join(path, name)
      const item = await (isFolder
        ? folderAt(directory, child, path)
        : requestAt(directory, child, path, cache))
      if (!item) continue
      found.push(item)
      seen.add(child)
      size += cache.get(child)?.size ?? 0
    }
    found.sort(byOrder)
    for (const item of found) {
      items.push(item)
      if (item.kind !== 'folder') continue
      if (depth >= MAX_DEPTH) item.faults.push(faultOf(item.path, 'TOO_DEEP', String(MAX_DEPTH)))
      else await visit(item.path, depth + 1)
    }
  }
  await visit('', 1)
  for (const path of cache.keys()) if (!seen.has(path)) cache.delete(path)
  return { settings, items, faults: [...faults, ...settings.faults] }
}

/** Those with a place first; the others by name. */
function byOrder(a: FolderItem, b: FolderItem): number {
  if (a.order !== null && b.order !== null && a.order !== b.order) return a.order - b.order
  if ((a.order === null) !== (b.order === null)) return a.order === null ? 1 : -1
  return a.name.localeCompare(b.name, 'en', { numeric: true }) || (a.path < b.path ? -1 : 1)
}

async function folderAt(directory: string, path: string, parent: string): Promise<FolderItem> {
  const file = `${path}/${FOLDER_FILE}`
  const read = await textOf(joinPath(directory, file), file)
  const { name, order, faults } = readSettings(file, read.text ?? '', true)
  return {
    ...{
      path,
      parent,
      kind: 'folder',
      order,
      request: null,
      simulator: null,
      topic: '',
      preview: '',
      qos: 0,
      retain: false
    },
    name: name ?? path.slice(path.lastIndexOf('/') + 1),
    faults: read.fault ? [read.fault] : faults
  }
}

/** null: the file is gone since the folder was listed. */
async function requestAt(
  directory: string,
  path: string,
  parent: string,
  cache: ReadCache
): Promise<FolderItem | null> {
  const full = joinPath(directory, path)
  const stats = await lstat(full).catch(() => null)
  const stamp = stats ? `${stats.mtimeMs} ${stats.ctimeMs} ${stats.size} ${stats.ino}` : ''
  const cached = cache.get(path)
  if (cached && stamp !== '' && cached.stamp === stamp) return cached.item
  const read = await textOf(full, path)
  if (read.text === null && !read.fault) return null
  const unread = { name: null, order: null, faults: read.fault ? [read.fault] : [] }
  const text = read.text ?? ''
  const isSimulator = isSimulatorFile(path.slice(path.lastIndexOf('/') + 1))
  const { name, order, request, simulator, faults } = {
    ...{ request: null, simulator: null },
    ...(read.fault ? unread : isSimulator ? readSimulator(path, text) : readRequest(path, text))
  }
  const item: FolderItem = {
    ...{ path, parent, kind: isSimulator ? 'simulator' : 'request', order, request, simulator, faults },
    name: name?.trim() || nameOfFile(path.slice(path.lastIndexOf('/') + 1)),
    topic: (request?.topic ?? simulator?.messages[0]?.topic ?? '').slice(0, 1_000),
    preview: request?.payload.slice(0, PREVIEW).replace(/\s+/g, ' ').trim() ?? '',
    qos: request?.qos ?? 0,
    retain: request?.retain ?? false
  }
  cache.set(path, { stamp, size: read.text?.length ?? 0, item })
  return item
}

/** The text of a file; null if there is none. */
async function textOf(path: string, file: string): Promise<{ text: string | null; fault: FileFault | null }> {
  const read = await readText(path, MAX_FILE_BYTES)
  if ('text' in read) return { text: read.text, fault: null }
  const detail = read.code === 'TOO_LARGE' ? String(MAX_FILE_BYTES) : read.reason
  return { text: null, fault: faultOf(file, read.code, detail) }
}

function faultOf(file: string, code: FileFault['code'], detail: string): FileFault {
  return { file, line: null, warning: false, code, key: '', detail }
}
