import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../../shared/errors'
import { JsonFile } from '../../profiles/json-file'
import type { SecretBox } from '../../profiles/secrets'

const Stored = z.record(z.string(), z.object({ scheme: z.string(), value: z.string() }))

/** The secrets of variables, encrypted, in `collection-secrets.json` of the data directory. They are never written into a collection. */
export class VariableSecrets {
  private stored: z.infer<typeof Stored> = {}
  private readonly path: string
  private readonly file: JsonFile

  /** `box` encrypts; null: secrets cannot be stored. */
  constructor(
    directory: string,
    private readonly box: SecretBox | null
  ) {
    this.path = join(directory, 'collection-secrets.json')
    this.file = new JsonFile(this.path)
  }

  async load(): Promise<void> {
    const read = Stored.safeParse(await this.file.read())
    if (read.success) this.stored = read.data
  }

  /** Reads the file beside the Treetop that holds the data directory, and leaves an unusable one alone. */
  async peek(): Promise<void> {
    const text = await readFile(this.path, 'utf8').catch(() => '{}')
    try {
      this.stored = Stored.parse(JSON.parse(text))
    } catch {
      this.stored = {}
    }
  }

  /** null if this computer has none, or another one encrypted it. */
  get(collection: string, environment: string | null, name: string): string | null {
    const secret = this.stored[keyOf(collection, environment, name)]
    if (!secret || secret.scheme !== this.box?.scheme) return null
    try {
      return this.box.decrypt(secret.value)
    } catch {
      return null
    }
  }

  has(collection: string, environment: string | null, name: string): boolean {
    return Object.hasOwn(this.stored, keyOf(collection, environment, name))
  }

  /** null removes it. Throws INVALID_INPUT without encryption, and FILE_UNWRITABLE. */
  async set(
    collection: string,
    environment: string | null,
    name: string,
    value: string | null
  ): Promise<void> {
    const next = { ...this.stored }
    const key = keyOf(collection, environment, name)
    if (value === null) delete next[key]
    else {
      if (!this.box) throw new AppError('INVALID_INPUT', { issues: [{ path: name, fault: 'NO_KEYRING' }] })
      next[key] = { scheme: this.box.scheme, value: this.box.encrypt(value) }
    }
    await this.file.write(next)
    this.stored = next
  }

  written(): Promise<void> {
    return this.file.written()
  }
}

/** Names of variables may tell something, too: the file holds only their hashes. */
function keyOf(collection: string, environment: string | null, name: string): string {
  return createHash('sha256')
    .update(JSON.stringify([collection, environment, name]))
    .digest('base64url')
}
