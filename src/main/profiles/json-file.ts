import { open, readFile, rename, rm } from 'node:fs/promises'
import { AppError } from '../../shared/errors'
import { InTurn } from '../../shared/in-turn'

/** A JSON file that is read at startup and replaced as a whole at each change. */
export class JsonFile {
  private readonly writes = new InTurn()

  constructor(private readonly path: string) {}

  /** Returns the parsed content, or undefined if there is no file. A file that cannot be parsed is moved aside. */
  async read(): Promise<unknown> {
    let text: string
    try {
      text = await readFile(this.path, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
    try {
      return JSON.parse(text) as unknown
    } catch {
      await this.moveAside()
      return undefined
    }
  }

  /** Renames an unusable file, so that it is never overwritten or deleted. */
  async moveAside(): Promise<void> {
    await rename(this.path, `${this.path}.corrupt-${new Date().toISOString().replaceAll(':', '-')}`)
  }

  /** Replaces the content, in the order of the calls. Throws FILE_UNWRITABLE and then keeps the old content. */
  write(value: unknown): Promise<void> {
    const text = `${JSON.stringify(value, null, 2)}\n`
    return this.writes.run(() => replace(this.path, text))
  }

  /** Resolves when all writes have finished. A process that ends earlier loses the newest change. */
  written(): Promise<void> {
    return this.writes.idle()
  }
}

/** Replaces the file atomically: after a crash it has either the old or the new content. Mode 0600. */
async function replace(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    const file = await open(temporary, 'w', 0o600)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw new AppError('FILE_UNWRITABLE', { path, reason: (error as Error).message })
  }
}
