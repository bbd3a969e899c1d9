import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { openAccess, StoredAccess } from '../../shared/contract/access'
import { JsonFile } from '../profiles/json-file'

/** Users and rules of the local broker, in `broker-access.json` of the data directory (mode 0600). */
export class AccessStore {
  /** The file could not be read and was set aside. Until it is written again, nobody may do anything: it may have had rules. */
  damaged = false
  private access: StoredAccess = { ...openAccess, users: [], secret: newSecret() }
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
    if (stored.success) this.access = stored.data
    else if (exists) {
      // A file that is no JSON is set aside already.
      if (existsSync(this.path)) await this.file.moveAside()
      this.damaged = true
      this.access = { ...this.access, anonymous: false, fallback: 'deny' }
    }
  }

  get(): StoredAccess {
    return this.access
  }

  /** Stores what `make` makes of the current content, after earlier changes. Throws FILE_UNWRITABLE and what `make` throws; nothing has changed then. */
  change(make: (access: StoredAccess) => StoredAccess): Promise<StoredAccess> {
    return this.file.change(async (write) => {
      const next = make(this.access)
      await write(next)
      this.damaged = false
      return (this.access = next)
    })
  }

  /** Resolves when all changes are in the file. */
  written(): Promise<void> {
    return this.file.written()
  }
}

function newSecret(): string {
  return randomBytes(32).toString('base64')
}
