import { readFile, rename } from 'node:fs/promises'
import { InTurn } from '../../shared/in-turn'
import { replaceFile } from './replace-file'

/** A JSON file that is read at startup and replaced as a whole at each change. */
export class JsonFile {
  private readonly changes = new InTurn()

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
    const text = textOf(value)
    return this.changes.run(() => replaceFile(this.path, text))
  }

  /**
   * Runs a change that depends on the content, after all earlier ones have succeeded or failed. It gets the function
   * that replaces the content, which throws FILE_UNWRITABLE and then keeps the old content. Returns the change's result.
   */
  change<T>(work: (write: (value: unknown) => Promise<void>) => Promise<T>): Promise<T> {
    return this.changes.run(() => work((value) => replaceFile(this.path, textOf(value))))
  }

  /** Resolves when all changes have finished. A process that ends earlier loses the newest change. */
  written(): Promise<void> {
    return this.changes.idle()
  }
}

function textOf(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
