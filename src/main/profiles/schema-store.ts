import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MAX_SCHEMA_BYTES, SCHEMA_ENDINGS } from '../../shared/contract/decode'
import { AppError } from '../../shared/errors'

/** A schema file with its original content. */
export interface StoredSchema {
  name: string
  bytes: Uint8Array
}

/** The schema library: files under their own names in `schemas/` of the data directory. Users may also add files there by hand. */
export class SchemaStore {
  private files = new Map<string, StoredSchema>()
  private readonly directory: string
  private readonly listeners = new Set<() => void>()

  constructor(dataDirectory: string) {
    this.directory = join(dataDirectory, 'schemas')
  }

  /** Reads the files. Other files, and files that are too large, are ignored. */
  async load(): Promise<void> {
    await mkdir(this.directory, { recursive: true })
    for (const entry of await readdir(this.directory, { withFileTypes: true })) {
      if (!entry.isFile() || !isSchemaName(entry.name)) continue
      const bytes = await readFile(join(this.directory, entry.name))
      if (bytes.length <= MAX_SCHEMA_BYTES) this.files.set(entry.name, { name: entry.name, bytes })
    }
  }

  list(): StoredSchema[] {
    return [...this.files.values()]
  }

  /** Adds files; a file of the same name is replaced. Throws INVALID_INPUT, FILE_UNWRITABLE. */
  async add(files: readonly StoredSchema[]): Promise<void> {
    const issues = files.flatMap(({ name, bytes }) => {
      if (!isSchemaName(name)) return { path: name, fault: 'SCHEMA_NAME' }
      return bytes.length > MAX_SCHEMA_BYTES ? { path: name, fault: 'TOO_LONG' } : []
    })
    if (issues.length > 0) throw new AppError('INVALID_INPUT', { issues })
    for (const { name, bytes } of files) {
      await this.write(name, bytes)
      this.files.set(name, { name, bytes: new Uint8Array(bytes) })
    }
    this.tell()
  }

  /** Throws NOT_FOUND. */
  async remove(name: string): Promise<void> {
    if (!this.files.delete(name)) throw new AppError('NOT_FOUND', { what: 'schema', id: name })
    await rm(join(this.directory, name), { force: true })
    this.tell()
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  private tell(): void {
    for (const listener of this.listeners) listener()
  }

  private async write(name: string, bytes: Uint8Array): Promise<void> {
    const path = join(this.directory, name)
    const temporary = `${path}.${process.pid}.tmp`
    try {
      await writeFile(temporary, bytes)
      await rename(temporary, path)
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined)
      throw new AppError('FILE_UNWRITABLE', { path, reason: (error as Error).message })
    }
  }
}

/** Whether the file name is valid on every system and has the extension of a schema file. */
function isSchemaName(name: string): boolean {
  // eslint-disable-next-line no-control-regex -- control characters are not allowed in file names
  if (name.length > 200 || /[\u0000-\u001f<>:"/\\|?*]|^\.|^ | $/.test(name)) return false
  return SCHEMA_ENDINGS.some((ending) => name.toLowerCase().endsWith(ending))
}
