import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { z } from 'zod'
import {
  defaultProxyServer,
  GlobalProxy,
  type KeptSecret,
  type ProxyAccess,
  type ShownGlobalProxy
} from '../../shared/contract/transport'
import { JsonFile } from './json-file'
import type { SecretBox } from './secrets'
import { decrypted, encrypted, StoredSecret } from './stored-secret'

const ProxyFile = GlobalProxy.extend({ secret: StoredSecret.nullable() })
type ProxyFile = z.infer<typeof ProxyFile>

const none = (): ProxyFile => ({ on: false, server: defaultProxyServer(), secret: null })

/** The proxy of the settings, in `proxy.json` of the data directory. Its password is encrypted like those of profiles. */
export class ProxyStore {
  private stored = none()
  /** A password kept in memory only, because the host cannot encrypt. */
  private unkept: string | null = null
  private readonly path: string
  private readonly file: JsonFile

  constructor(
    directory: string,
    private readonly box: SecretBox | null
  ) {
    this.path = join(directory, 'proxy.json')
    this.file = new JsonFile(this.path)
  }

  /** Reads the file. An unusable one is moved aside. */
  async load(): Promise<void> {
    const json = await this.file.read()
    const file = ProxyFile.safeParse(json)
    if (file.success) this.stored = file.data
    else if (json !== undefined) await this.file.moveAside()
  }

  /** Reads the file beside the Treetop that holds the data directory, and leaves an unusable one alone. */
  async peek(): Promise<void> {
    try {
      this.stored = ProxyFile.parse(JSON.parse(await readFile(this.path, 'utf8')))
    } catch {
      this.stored = none()
    }
  }

  /** The proxy with its password; null: it is off. */
  access(): ProxyAccess | null {
    const { on, server, secret } = this.stored
    return on ? { ...server, password: this.unkept ?? decrypted(secret, this.box) } : null
  }

  shown(): ShownGlobalProxy {
    const { on, server, secret } = this.stored
    return { on, server, password: this.kept(secret) }
  }

  /** Resolves when all changes are in the file. */
  written(): Promise<void> {
    return this.file.written()
  }

  /** `password`: undefined keeps the stored one, null removes it. Throws FILE_UNWRITABLE and then changes nothing. */
  set({ on, server }: GlobalProxy, password: string | null | undefined): Promise<ShownGlobalProxy> {
    return this.file.change(async (write) => {
      const { box } = this
      let { secret } = this.stored
      let { unkept } = this
      if (password !== undefined) {
        secret = password !== null && box ? encrypted(password, box) : null
        unkept = box ? null : password
      }
      const stored = { on, server, secret }
      await write(stored)
      this.stored = stored
      this.unkept = unkept
      return this.shown()
    })
  }

  private kept(secret: StoredSecret | null): KeptSecret {
    if (this.unkept !== null) return 'thisRun'
    return decrypted(secret, this.box) === null ? null : (secret?.scheme ?? null)
  }
}
