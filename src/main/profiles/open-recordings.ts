import { join } from 'node:path'
import { z } from 'zod'
import { JsonFile } from './json-file'

const Paths = z.array(z.string())

/** The paths of the open recordings, stored in `open-recordings.json` of the data directory for the next start. */
export class OpenRecordings {
  private readonly file: JsonFile

  constructor(directory: string) {
    this.file = new JsonFile(join(directory, 'open-recordings.json'))
  }

  /** Returns the paths in tab order; none if the file is missing or malformed. */
  async read(): Promise<string[]> {
    return Paths.safeParse(await this.file.read()).data ?? []
  }

  /** Throws FILE_UNWRITABLE. */
  write(paths: string[]): Promise<void> {
    return this.file.write(paths)
  }

  /** Resolves when all changes are in the file. */
  written(): Promise<void> {
    return this.file.written()
  }
}
