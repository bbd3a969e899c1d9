import { open, readFile, rename, rm } from 'node:fs/promises'
import { AppError } from '../../shared/errors'
import { InTurn } from '../../shared/in-turn'

/** One JSON file that is read at the start and replaced whole at each change. */
export class JsonFile {
  private readonly writes = new InTurn()

  constructor(private readonly path: string) {}

  /** What it holds; undefined when there is none. One that cannot be parsed is moved aside. */
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

  /** Keeps a file that cannot be used, under a name that says so: it is never overwritten or deleted. */
  async moveAside(): Promise<void> {
    await rename(this.path, `${this.path}.corrupt-${new Date().toISOString().replaceAll(':', '-')}`)
  }

  /** Replaces the content, in the order of the calls. Throws FILE_UNWRITABLE; the old content then stays. */
  write(value: unknown): Promise<void> {
    const text = `${JSON.stringify(value, null, 2)}\n`
    return this.writes.run(() => replace(this.path, text))
  }

  /** Resolves when nothing is left to write: a process that ends earlier loses the newest change. */
  written(): Promise<void> {
    return this.writes.idle()
  }
}

/** After a crash the file holds the old or the new, never a part. Mode 0600. */
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
