import { randomUUID } from 'node:crypto'
import { cp, mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../../shared/errors'

/** Removed items are deleted for good after this time, in ms. */
const KEPT = 7 * 24 * 3_600_000

/** Where removed files and folders wait, so that the user can bring them back. */
export class Trash {
  private readonly removed = new Map<
    string,
    { from: string; kept: string; collection: string; path: string }
  >()

  constructor(private readonly directory: string) {}

  /** Deletes what was removed long ago. */
  async load(): Promise<void> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 })
    for (const name of await readdir(this.directory)) {
      const kept = join(this.directory, name)
      const { mtimeMs } = await stat(kept)
      if (Date.now() - mtimeMs > KEPT) await rm(kept, { recursive: true, force: true })
    }
  }

  /** Takes an item of a collection away from `from`. Returns what `take` needs. */
  async put(from: string, collection: string, path: string): Promise<string> {
    const id = randomUUID()
    const folder = join(this.directory, id)
    const kept = join(folder, path.slice(path.lastIndexOf('/') + 1))
    try {
      await mkdir(folder, { mode: 0o700 })
      await moved(from, kept)
    } catch (error) {
      throw new AppError('FILE_UNWRITABLE', { path: from, reason: (error as Error).message })
    }
    this.removed.set(id, { from, kept, collection, path })
    return id
  }

  /** What was removed, and where it was. Throws NOT_FOUND. */
  find(id: string): { collection: string; path: string } {
    const removed = this.removed.get(id)
    if (!removed) throw new AppError('NOT_FOUND', { what: 'removed item', id })
    return removed
  }

  /** Brings an item back. Throws FILE_UNWRITABLE. */
  async take(id: string, to: string): Promise<void> {
    const removed = this.removed.get(id)!
    try {
      await moved(removed.kept, to)
    } catch (error) {
      throw new AppError('FILE_UNWRITABLE', { path: to, reason: (error as Error).message })
    }
    this.removed.delete(id)
    await rm(join(this.directory, id), { recursive: true, force: true })
  }
}

/** Also from one file system to another. */
async function moved(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error
    await cp(from, to, { recursive: true, errorOnExist: true, force: false })
    await rm(from, { recursive: true })
  }
}
