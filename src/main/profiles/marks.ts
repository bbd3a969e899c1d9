import { join } from 'node:path'
import { Marks, noMarks } from '../../shared/contract/marks'
import { JsonFile } from './json-file'

/** What is pinned and hidden in each profile's tree, in `marks.json` of the data directory. */
export class MarkStore {
  private readonly marks = new Map<string, Marks>()
  private readonly file: JsonFile

  constructor(directory: string) {
    this.file = new JsonFile(join(directory, 'marks.json'))
  }

  /** Reads the file. Marks that cannot be understood are left out. */
  async load(): Promise<void> {
    const stored = await this.file.read()
    for (const [id, value] of Object.entries(stored ?? {})) {
      const marks = Marks.safeParse(value)
      if (marks.success) this.marks.set(id, marks.data)
    }
  }

  of(profileId: string): Marks {
    return this.marks.get(profileId) ?? noMarks
  }

  /** Throws FILE_UNWRITABLE, and then they are as before. */
  async set(profileId: string, marks: Marks): Promise<void> {
    const before = this.marks.get(profileId)
    this.marks.set(profileId, marks)
    try {
      await this.write()
    } catch (error) {
      if (before) this.marks.set(profileId, before)
      else this.marks.delete(profileId)
      throw error
    }
  }

  async remove(profileId: string): Promise<void> {
    if (this.marks.delete(profileId)) await this.write()
  }

  private async write(): Promise<void> {
    await this.file.write(Object.fromEntries(this.marks))
  }
}
