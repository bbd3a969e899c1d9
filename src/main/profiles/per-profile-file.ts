import { join } from 'node:path'
import type { z } from 'zod'
import { JsonFile } from './json-file'

/** A value per profile, stored in one file of the data directory. */
export class ProfileFile<T> {
  private values = new Map<string, T>()
  private readonly file: JsonFile

  /** `none` is the value of profiles without a stored one. */
  constructor(
    directory: string,
    name: string,
    private readonly schema: z.ZodType<T>,
    private readonly none: T
  ) {
    this.file = new JsonFile(join(directory, name))
  }

  /** Reads the file, and ignores malformed entries. */
  async load(): Promise<void> {
    const stored = await this.file.read()
    for (const [id, value] of Object.entries(stored ?? {})) {
      const read = this.schema.safeParse(value)
      if (read.success) this.values.set(id, read.data)
    }
  }

  get(profileId: string): T {
    return this.values.get(profileId) ?? this.none
  }

  /** Throws FILE_UNWRITABLE and then keeps the previous value. */
  set(profileId: string, value: T): Promise<void> {
    return this.change((values) => values.set(profileId, value))
  }

  /** Throws FILE_UNWRITABLE and then keeps the value. No effect if there is none. */
  remove(profileId: string): Promise<void> {
    return this.change((values) => values.delete(profileId))
  }

  /** Resolves when all changes are in the file. */
  written(): Promise<void> {
    return this.file.written()
  }

  /** `edit` returns false if it changed nothing. */
  private change(edit: (values: Map<string, T>) => unknown): Promise<void> {
    return this.file.change(async (write) => {
      const next = new Map(this.values)
      if (edit(next) === false) return
      await write(Object.fromEntries(next))
      this.values = next
    })
  }
}
