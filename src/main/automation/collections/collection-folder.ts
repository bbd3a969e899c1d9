import { isDeepStrictEqual } from 'node:util'
import { cp, lstat, mkdir, readdir, realpath, rename } from 'node:fs/promises'
import { join as joinPath } from 'node:path'
import type { SavedRequest } from '../../../shared/contract/collections'
import type { SavedSimulator } from '../../../shared/contract/simulators'
import { AppError } from '../../../shared/errors'
import { replaceFile } from '../../profiles/replace-file'
import { DataFiles } from './data-files'
import {
  baseOf,
  checkPath,
  COLLECTION_FILE,
  EXTENSION,
  FOLDER_FILE,
  freeName,
  isMadeOf,
  join,
  parentOf,
  partsOf,
  slugOf
} from './item-path'
import { orderAt } from './order'
import { readText } from './read-text'
import { readFolder, type FolderContent, type FolderItem, type ReadCache } from './read-folder'
import { writeRequest } from './request-file'
import { writeSimulator } from './simulator-file'
import { readSettings, writeSettings, type SettingsChange } from './settings-file'
import { MAX_FILE_BYTES } from './yaml-file'

/** The folder of one collection: what it holds, and the changes that a person makes. Its owner runs one change after the other. */
export class CollectionFolder {
  content: FolderContent = { settings: readSettings('', '', false), items: [], faults: [] }
  readonly data: DataFiles
  private readonly cache: ReadCache = new Map()

  constructor(
    readonly id: string,
    readonly directory: string,
    readonly isDefault: boolean
  ) {
    this.data = new DataFiles(directory)
  }

  /** Reads the folder; true if anything is different. */
  async read(): Promise<boolean> {
    const content = await readFolder(this.directory, this.cache)
    const changed = !isDeepStrictEqual(content, this.content)
    this.content = content
    return changed
  }

  /** Throws NOT_FOUND. */
  item(path: string): FolderItem {
    const item = this.content.items.find((each) => each.path === path)
    if (!item) throw new AppError('NOT_FOUND', { what: 'file', id: path })
    return item
  }

  async create(parent: string, name: string, request: SavedRequest): Promise<string> {
    const path = await this.freePath(parent, slugOf(name), '.yaml')
    const order = this.lastOrder(parent)
    await this.write(path, () => writeRequest('', { name, ...(order !== null && { order }), request }))
    return path
  }

  async createScript(parent: string, name: string, source: string): Promise<string> {
    const path = await this.freePath(parent, slugOf(name), EXTENSION.script)
    await this.write(path, () => source)
    return path
  }

  async saveScript(path: string, source: string): Promise<void> {
    this.item(path)
    await this.writeText(path, source)
  }

  /** Writes a file as a whole. Throws INVALID_INPUT and FILE_UNWRITABLE. */
  async writeText(path: string, text: string): Promise<void> {
    mustBeWritten(path, await this.write(path, () => text))
  }

  async createSimulator(parent: string, name: string, simulator: SavedSimulator): Promise<string> {
    const path = await this.freePath(parent, slugOf(name), EXTENSION.simulator)
    const order = this.lastOrder(parent)
    await this.write(path, () => writeSimulator('', { name, ...(order !== null && { order }), simulator }))
    return path
  }

  async saveSimulator(path: string, simulator: SavedSimulator): Promise<void> {
    this.item(path)
    mustBeWritten(path, await this.write(path, (text) => writeSimulator(text, { simulator })))
  }

  async createFolder(parent: string, name: string): Promise<string> {
    const path = await this.freePath(parent, slugOf(name), '')
    const order = this.lastOrder(parent)
    await asking(path, async () => mkdir(await this.full(path)))
    await this.write(`${path}/${FOLDER_FILE}`, (text) => writeSettings(text, { name, order }, true))
    return path
  }

  async save(path: string, request: SavedRequest): Promise<void> {
    this.item(path)
    mustBeWritten(path, await this.write(path, (text) => writeRequest(text, { request })))
  }

  async rename(path: string, name: string): Promise<string> {
    const item = this.item(path)
    if (item.kind === 'script') {
      const to = await this.freePath(parentOf(path), slugOf(name), EXTENSION.script)
      if (slugOf(name) === partsOf(baseOf(path))[0]) return path
      await this.carry(path, to)
      return to
    }
    const isNamed = await this.name(item, path, name)
    if (!isMadeOf(baseOf(path), item.name) || isMadeOf(baseOf(path), name)) {
      mustBeWritten(path, isNamed)
      return path
    }
    const to = await this.freePath(parentOf(path), slugOf(name), EXTENSION[item.kind])
    await this.carry(path, to)
    return to
  }

  /** The copy stands behind the original. */
  async duplicate(path: string, name: string): Promise<string> {
    const item = this.item(path)
    const parent = parentOf(path)
    const to = await this.freePath(parent, slugOf(name), EXTENSION[item.kind])
    await asking(path, async () =>
      cp(await this.full(path), await this.full(to), { recursive: true, errorOnExist: true })
    )
    if (item.kind === 'script') return to
    await this.name(item, to, name)
    await this.read()
    const siblings = this.siblings(parent, to)
    const next = siblings[siblings.findIndex((each) => each.path === path) + 1]
    return this.place(to, parent, next?.path ?? null)
  }

  async move(path: string, parent: string, before: string | null): Promise<string> {
    const item = this.item(path)
    if (item.kind === 'folder' && `${parent}/`.startsWith(`${path}/`))
      throw new AppError('INVALID_INPUT', { issues: [{ path: 'parent', fault: 'FOLDER_INTO_ITSELF' }] })
    if (parent !== '' && this.item(parent).kind !== 'folder')
      throw new AppError('NOT_FOUND', { what: 'folder', id: parent })
    let to = path
    if (parent !== parentOf(path)) {
      const [stem, extension] = item.kind === 'folder' ? [baseOf(path), ''] : partsOf(baseOf(path))
      to = await this.freePath(parent, stem, extension)
      await this.carry(path, to)
      await this.read()
    }
    return item.kind === 'script' ? to : this.place(to, parent, before)
  }

  async setSettings(change: SettingsChange): Promise<void> {
    mustBeWritten(
      COLLECTION_FILE,
      await this.write(COLLECTION_FILE, (text) => writeSettings(text, change, false))
    )
  }

  /** The path on the disk. Throws NOT_FOUND if it leads out of the collection, be it through a symbolic link. */
  async full(path: string): Promise<string> {
    checkPath(path)
    const parent = parentOf(path)
    const [root, real] = await Promise.all(
      [this.directory, joinPath(this.directory, parent)].map((folder) => realpath(folder).catch(() => null))
    )
    if (root === null || real !== joinPath(root!, parent))
      throw new AppError('NOT_FOUND', { what: 'file', id: path })
    return joinPath(this.directory, path)
  }

  /** A path in a folder that nothing has. */
  async freePath(parent: string, slug: string, extension: string): Promise<string> {
    if (parent !== '') this.item(parent)
    const names = await asking(parent, async () => readdir(await this.full(parent)))
    return join(parent, freeName(slug, extension, new Set(names.map((name) => name.toLowerCase()))))
  }

  /** Gives an item its place before another, or (null) at the end of its folder. */
  private async place(path: string, parent: string, before: string | null): Promise<string> {
    const siblings = this.siblings(parent, path)
    const found = siblings.findIndex((each) => each.path === before)
    const index = found === -1 ? siblings.length : found
    const orders = orderAt(
      siblings.map(({ order }) => order),
      index
    )
    const all = siblings.toSpliced(index, 0, this.item(path))
    for (const [at, item] of all.entries())
      if (orders[at] !== item.order) await this.setOrder(item, orders[at]!)
    return path
  }

  /** Scripts have no place: they stand behind the others. */
  private siblings(parent: string, without: string): FolderItem[] {
    return this.content.items.filter(
      (each) => each.parent === parent && each.path !== without && each.kind !== 'script'
    )
  }

  /** The place behind all others; null if some have none, and are sorted by name. */
  private lastOrder(parent: string): number | null {
    const orders = this.siblings(parent, '').map(({ order }) => order)
    if (orders.includes(null)) return null
    return Math.floor(Math.max(0, ...(orders as number[]))) + 1
  }

  private async setOrder({ kind, path }: FolderItem, order: number): Promise<void> {
    await this.change(kind, path, { order })
  }

  private name({ kind }: FolderItem, path: string, name: string): Promise<boolean> {
    return this.change(kind, path, { name })
  }

  /** Changes what every kind of item has. */
  private change(
    kind: FolderItem['kind'],
    path: string,
    change: { name?: string; order?: number }
  ): Promise<boolean> {
    switch (kind) {
      case 'request':
        return this.write(path, (text) => writeRequest(text, change))
      case 'simulator':
        return this.write(path, (text) => writeSimulator(text, change))
      case 'folder':
        return this.write(`${path}/${FOLDER_FILE}`, (text) => writeSettings(text, change, true))
      case 'script':
        // Its name is its file's, and it has no place.
        return Promise.resolve(true)
    }
  }

  private async carry(path: string, to: string): Promise<void> {
    await asking(path, async () => rename(await this.full(path), await this.full(to)))
  }

  /**
   * Replaces the text of a file. Keeps the mode of one that exists: a collection is shared by git, so it is no secret. False if the file
   * has a fault: it is left as it is, since what is written there would be lost. Throws FILE_UNWRITABLE, also for a change that would break
   * a reference within the file.
   */
  private async write(path: string, change: (text: string) => string | null): Promise<boolean> {
    const full = await this.full(path)
    const read = await readText(full, MAX_FILE_BYTES)
    if (!('text' in read)) return false
    const text = await asking(path, () => Promise.resolve(read.text ?? '').then(change))
    if (text === null) return false
    const mode = await lstat(full).then(
      (stats) => stats.mode & 0o777,
      () => 0o666
    )
    await replaceFile(full, text, mode)
    return true
  }
}

/** Throws INVALID_INPUT. */
function mustBeWritten(path: string, isWritten: boolean): void {
  if (!isWritten) throw new AppError('INVALID_INPUT', { issues: [{ path, fault: 'FILE_FAULTY' }] })
}

/** Throws FILE_UNWRITABLE. */
async function asking<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof AppError) throw error
    throw new AppError('FILE_UNWRITABLE', { path, reason: (error as Error).message })
  }
}
