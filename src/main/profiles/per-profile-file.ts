import { join } from 'node:path'
import type { z } from 'zod'
import { JsonFile } from './json-file'

/** A value per profile, stored in one file of the data directory. */
export class ProfileFile<T> {
  private readonly values = new Map<string, T>()
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
  async set(profileId: string, value: T): Promise<void> {
    const before = this.values.get(profileId)
    this.values.set(profileId, value)
    try {
      await this.write()
    } catch (error) {
      if (before) this.values.set(profileId, before)
      else this.values.delete(profileId)
      throw error
    }
  }

  async remove(profileId: string): Promise<void> {
    if (this.values.delete(profileId)) await this.write()
  }

  /** Resolves when all changes are in the file. */
  written(): Promise<void> {
    return this.file.written()
  }

  private async write(): Promise<void> {
    await this.file.write(Object.fromEntries(this.values))
  }
}
