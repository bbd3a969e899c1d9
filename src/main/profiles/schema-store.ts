import { mkdir, readFile, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { MAX_SCHEMA_BYTES, SCHEMA_ENDINGS } from '../../shared/contract/decode'
import { AppError } from '../../shared/errors'
import { InTurn } from '../../shared/in-turn'
import { replaceFile } from './replace-file'

/** A schema file with its original content. */
export interface StoredSchema {
  name: string
  bytes: Uint8Array
}

/** The schema library: files under their own names in `schemas/` of the data directory. Users may also add files there by hand. */
export class SchemaStore {
  private files = new Map<string, StoredSchema>()
  private readonly changes = new InTurn()
  private readonly directory: string
  private readonly listeners = new Set<() => void>()

  constructor(dataDirectory: string) {
    this.directory = join(dataDirectory, 'schemas')
  }

  /** Reads the files. Other files, and files that are too large, are ignored. */
  async load(): Promise<void> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 })
    await this.peek()
  }

  /** The same without making the folder, for the command line. */
  async peek(): Promise<void> {
    const entries = await readdir(this.directory, { withFileTypes: true }).catch(missing)
    for (const entry of entries) {
      if (!entry.isFile() || !isSchemaName(entry.name)) continue
      const bytes = await readFile(join(this.directory, entry.name))
      if (bytes.length <= MAX_SCHEMA_BYTES) this.files.set(entry.name, { name: entry.name, bytes })
    }
  }

  list(): StoredSchema[] {
    return [...this.files.values()]
  }

  /** Throws NOT_FOUND. */
  text(name: string): string {
    const file = this.files.get(name)
    if (!file) throw new AppError('NOT_FOUND', { what: 'schema', id: name })
    return Buffer.from(file.bytes).toString()
  }

  /** Adds files; a file of the same name is replaced. Throws INVALID_INPUT; FILE_UNWRITABLE: the files before it are added. */
  async add(files: readonly StoredSchema[]): Promise<void> {
    const issues = files.flatMap(({ name, bytes }) => {
      if (!isSchemaName(name)) return { path: name, fault: 'SCHEMA_NAME' }
      return bytes.length > MAX_SCHEMA_BYTES ? { path: name, fault: 'TOO_LONG' } : []
    })
    if (issues.length > 0) throw new AppError('INVALID_INPUT', { issues })
    await this.changes.run(async () => {
      try {
        for (const { name, bytes } of files) {
          await replaceFile(join(this.directory, name), bytes)
          this.files.set(name, { name, bytes: new Uint8Array(bytes) })
        }
      } finally {
        this.tell()
      }
    })
  }

  /** Throws NOT_FOUND, FILE_UNWRITABLE. */
  remove(name: string): Promise<void> {
    return this.changes.run(async () => {
      if (!this.files.has(name)) throw new AppError('NOT_FOUND', { what: 'schema', id: name })
      const path = join(this.directory, name)
      await rm(path, { force: true }).catch((error: unknown) => {
        throw new AppError('FILE_UNWRITABLE', { path, reason: (error as Error).message })
      })
      this.files.delete(name)
      this.tell()
    })
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  private tell(): void {
    for (const listener of this.listeners) listener()
  }
}

/** Whether the file name is valid on every system and has the extension of a schema file. */
function isSchemaName(name: string): boolean {
  // eslint-disable-next-line no-control-regex -- control characters are not allowed in file names
  if (name.length > 200 || /[\u0000-\u001f<>:"/\\|?*]|^\.|^ | $/.test(name)) return false
  return SCHEMA_ENDINGS.some((ending) => name.toLowerCase().endsWith(ending))
}

function missing(error: NodeJS.ErrnoException): [] {
  if (error.code === 'ENOENT') return []
  throw error
}
