import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { openAccess, StoredAccess } from '../../shared/contract/access'
import { AppError } from '../../shared/errors'
import { JsonFile } from '../profiles/json-file'

/** Changes that can be taken back. */
const UNDOABLE = 10

/** Users and rules of the local broker, in `broker-access.json` of the data directory (mode 0600). */
export class AccessStore {
  /** The file could not be read and was set aside. Until it is written again, nobody may do anything: it may have had rules. */
  damaged = false
  /** The current settings, and below them those that changes can be taken back to. */
  private states = [
    { revision: 0, access: { ...openAccess, users: [], secret: newSecret() } as StoredAccess }
  ]
  private changes = 0
  private readonly listeners = new Set<() => void>()
  private readonly path: string
  private readonly file: JsonFile

  constructor(directory: string) {
    this.path = join(directory, 'broker-access.json')
    this.file = new JsonFile(this.path)
  }

  /** Reads the file. Without one, everybody may do everything. */
  async load(): Promise<void> {
    const exists = existsSync(this.path)
    const stored = StoredAccess.safeParse(await this.file.read())
    if (stored.success) this.states = [{ revision: 0, access: stored.data }]
    else if (exists) {
      // A file that is no JSON is set aside already.
      if (existsSync(this.path)) await this.file.moveAside()
      this.damaged = true
      this.states = [{ revision: 0, access: { ...this.get(), anonymous: false, fallback: 'deny' } }]
    }
  }

  get(): StoredAccess {
    return this.states.at(-1)!.access
  }

  /** What the last change can be taken back to; null: there was none. */
  before(): StoredAccess | null {
    return this.states.at(-2)?.access ?? null
  }

  /** Names the current settings among those of this run. */
  get revision(): number {
    return this.states.at(-1)!.revision
  }

  /** Stores what `make` makes of the current content, after earlier changes. Throws FILE_UNWRITABLE and what `make` throws; nothing has changed then. */
  change(make: (access: StoredAccess) => StoredAccess): Promise<void> {
    return this.file.change(async (write) => {
      const access = make(this.get())
      await write(access)
      this.states = [...this.states, { revision: ++this.changes, access }].slice(-UNDOABLE - 1)
      this.changed()
    })
  }

  /** Takes back the change that led to a revision, if it is the last one. Throws NOT_FOUND, FILE_UNWRITABLE. */
  undo(revision: number): Promise<void> {
    return this.file.change(async (write) => {
      const before = this.states.at(-2)
      if (this.revision !== revision || !before)
        throw new AppError('NOT_FOUND', { what: 'change', id: String(revision) })
      await write(before.access)
      this.states = this.states.slice(0, -1)
      this.changed()
    })
  }

  onChange(listener: () => void): void {
    this.listeners.add(listener)
  }

  /** Resolves when all changes are in the file. */
  written(): Promise<void> {
    return this.file.written()
  }

  private changed(): void {
    this.damaged = false
    for (const listener of this.listeners) listener()
  }
}

function newSecret(): string {
  return randomBytes(32).toString('base64')
}
