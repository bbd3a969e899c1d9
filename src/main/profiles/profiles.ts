import { randomBytes, randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { DecoderBinding } from '../../shared/contract/decode'
import {
  defaultProfile,
  LOCAL_PROFILE_ID,
  ProfileFields,
  type Profile,
  type ProfileDraft,
  type SecretsInput,
  type Subscription
} from '../../shared/contract/profiles'
import type { PlainSecrets, ProxyAccess, SecretName } from '../../shared/contract/transport'
import { AppError } from '../../shared/errors'
import { JsonFile } from './json-file'
import type { SecretBox } from './secrets'
import {
  entriesOf,
  FORMAT,
  ProfilesFile,
  withoutFields,
  type StoredProfile,
  type StoredSecrets
} from './stored-profile'
import { decrypted, encrypted } from './stored-secret'

/** Secrets kept in memory only, because the host cannot encrypt; by profile id. */
type Unkept = ReadonlyMap<string, Partial<Record<SecretName, string>>>

/** What a profile connects with besides its fields. */
type ProfileAccess = PlainSecrets & { globalProxy?: ProxyAccess }

/** Connection profiles, in `profiles.json` of the data directory. Secrets are encrypted and stored with the name of the scheme. */
export class ProfileStore {
  private stored: StoredProfile[] = []
  private unkept: Unkept = new Map()
  private readonly listeners = new Set<(profiles: Profile[]) => void>()
  private readonly path: string
  private readonly file: JsonFile

  /** `globalProxy` gives the proxy of the settings, for the profiles that use it; null: there is none. */
  constructor(
    directory: string,
    private readonly box: SecretBox | null,
    private readonly globalProxy: () => ProxyAccess | null = () => null
  ) {
    this.path = join(directory, 'profiles.json')
    this.file = new JsonFile(this.path)
  }

  /** Reads the file. An unusable file is moved aside. The local broker's profile is added if missing. */
  async load(): Promise<void> {
    const json = await this.file.read()
    const file = ProfilesFile.safeParse(json)
    if (file.success) this.stored = file.data.profiles
    else if (json !== undefined) await this.file.moveAside()
    if (!this.stored.some(({ id }) => id === LOCAL_PROFILE_ID)) this.stored.unshift(localProfile())
  }

  /** Reads the file beside the Treetop that holds the data directory: an unusable one is left alone, and nothing is added. */
  async peek(): Promise<void> {
    const text = await readFile(this.path, 'utf8').catch(() => '')
    this.stored = ProfilesFile.safeParse(parsed(text)).data?.profiles ?? []
  }

  list(): Profile[] {
    return this.stored.map((profile) => this.shown(profile))
  }

  /** Throws NOT_FOUND. */
  get(id: string): Profile {
    return this.shown(this.find(id))
  }

  /**
   * Returns a profile's secrets in plain text, and the proxy of the settings. What is not stored, or cannot be decrypted on this host, is
   * absent.
   */
  secretsOf(id: string): ProfileAccess {
    const plain = Object.fromEntries(
      entriesOf(this.find(id).secrets).flatMap(([name, secret]) => {
        const text = decrypted(secret, this.box)
        return text === null ? [] : [[name, text]]
      })
    ) as PlainSecrets
    return { ...plain, ...this.unkept.get(id), ...this.withoutProfile() }
  }

  /** What a profile that is not stored yet connects with: the proxy of the settings. */
  withoutProfile(): ProfileAccess {
    const globalProxy = this.globalProxy()
    return globalProxy ? { globalProxy } : {}
  }

  /** Whether a profile has a secret that this host cannot decrypt. */
  hasUnreadable(id: string): boolean {
    return entriesOf(this.find(id).secrets).some(
      ([, secret]) => secret && decrypted(secret, this.box) === null
    )
  }

  /** Creates a profile (without an id) or replaces one. Throws NOT_FOUND for an unknown id, FILE_UNWRITABLE. */
  async save({
    id,
    draft,
    secrets
  }: {
    id?: string | undefined
    draft: ProfileDraft
    secrets: SecretsInput
  }): Promise<Profile> {
    const profileId = id ?? randomUUID()
    await this.change(() => {
      const before = id === undefined ? null : this.find(id)
      const fields = ProfileFields.parse(draft)
      const kept = withoutFields(before?.secrets ?? {}, fields.request)
      const { stored, unkept } = this.withSecrets(profileId, kept, withoutFields(secrets, fields.request))
      const profile: StoredProfile = { ...fields, id: profileId, secrets: stored }
      return {
        stored: before
          ? this.stored.map((each) => (each === before ? profile : each))
          : [...this.stored, profile],
        unkept
      }
    })
    return this.get(profileId)
  }

  /** Replaces a profile's decoders. Throws NOT_FOUND, FILE_UNWRITABLE. */
  setDecoders(id: string, decoders: DecoderBinding[]): Promise<void> {
    return this.change(() => {
      const before = this.find(id)
      return { stored: this.stored.map((each) => (each === before ? { ...before, decoders } : each)) }
    })
  }

  /** Adds a subscription to a profile, in place of one with the same filter. Throws NOT_FOUND, FILE_UNWRITABLE. */
  keepSubscription(id: string, subscription: Subscription): Promise<void> {
    return this.change(() => {
      const before = this.find(id)
      const at = before.subscriptions.findIndex(({ filter }) => filter === subscription.filter)
      const subscriptions =
        at === -1 ? [...before.subscriptions, subscription] : before.subscriptions.with(at, subscription)
      return { stored: this.stored.map((each) => (each === before ? { ...before, subscriptions } : each)) }
    })
  }

  /** Throws FILE_UNWRITABLE, and NOT_FOUND, also for the local broker's profile, which cannot be removed. */
  async remove(id: string): Promise<void> {
    if (id === LOCAL_PROFILE_ID) throw new AppError('NOT_FOUND', { what: 'profile', id })
    await this.change(() => {
      const gone = this.find(id)
      return {
        stored: this.stored.filter((profile) => profile !== gone),
        unkept: new Map([...this.unkept].filter(([each]) => each !== id))
      }
    })
  }

  /** Creates a copy under another name, with the same secrets and a new client id. Throws NOT_FOUND, FILE_UNWRITABLE. */
  async duplicate(id: string, name: string): Promise<Profile> {
    const copyId = randomUUID()
    await this.change(() => {
      const copy = {
        ...structuredClone(this.find(id)),
        id: copyId,
        name,
        clientId: generatedClientId(),
        connectAtLaunch: false
      }
      const unkept = this.unkept.get(id)
      return {
        stored: [...this.stored, copy],
        unkept: unkept ? new Map(this.unkept).set(copyId, unkept) : this.unkept
      }
    })
    return this.get(copyId)
  }

  /** Resolves when all changes are in the file. */
  written(): Promise<void> {
    return this.file.written()
  }

  /** Call this when the proxy of the settings has changed: profiles now connect with another one. */
  proxyChanged(): void {
    for (const listener of this.listeners) listener(this.list())
  }

  onChange(listener: (profiles: Profile[]) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  private find(id: string): StoredProfile {
    const profile = this.stored.find((each) => each.id === id)
    if (!profile) throw new AppError('NOT_FOUND', { what: 'profile', id })
    return profile
  }

  private shown({ secrets, ...profile }: StoredProfile): Profile {
    const shown: Profile['secrets'] = {}
    for (const [name, secret] of entriesOf(secrets))
      if (secret && decrypted(secret, this.box) !== null) shown[name] = secret.scheme
    for (const [name] of entriesOf(this.unkept.get(profile.id) ?? {})) shown[name] = 'thisRun'
    return { ...profile, secrets: shown }
  }

  /** A profile's secrets for the file, and the secrets of all profiles for memory, once the input is applied. */
  private withSecrets(
    id: string,
    before: StoredSecrets,
    input: SecretsInput
  ): { stored: StoredSecrets; unkept: Unkept } {
    const stored = { ...before }
    const unkept = { ...this.unkept.get(id) }
    for (const [name, text] of entriesOf(input)) {
      if (text === undefined) continue
      stored[name] = null
      delete unkept[name]
      if (text !== null && this.box) stored[name] = encrypted(text, this.box)
      else if (text !== null) unkept[name] = text
    }
    return { stored, unkept: new Map(this.unkept).set(id, unkept) }
  }

  /** Makes a change of what earlier ones left, and stores it. Throws FILE_UNWRITABLE and then changes nothing. */
  private change(make: () => { stored: StoredProfile[]; unkept?: Unkept }): Promise<void> {
    return this.file.change(async (write) => {
      const { stored, unkept = this.unkept } = make()
      await write({ format: FORMAT, profiles: stored })
      this.stored = stored
      this.unkept = unkept
      for (const listener of this.listeners) listener(this.list())
    })
  }
}

/** Reads the names and ids from a data directory's profiles file, for the command line, which does not lock it. */
export async function profilesIn(directory: string): Promise<{ id: string; name: string }[]> {
  const text = await readFile(join(directory, 'profiles.json'), 'utf8').catch(() => '{}')
  const file = z
    .object({ profiles: z.array(z.object({ id: z.string(), name: z.string() })) })
    .safeParse(parsed(text))
  return file.success ? file.data.profiles : []
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function generatedClientId(): string {
  return `treetop_${randomBytes(4).toString('hex')}`
}

function localProfile(): StoredProfile {
  return {
    ...defaultProfile(generatedClientId()),
    id: LOCAL_PROFILE_ID,
    name: 'Local broker',
    host: '127.0.0.1',
    subscriptions: [
      { filter: '#', qos: 2 },
      { filter: '$SYS/#', qos: 2 }
    ],
    secrets: {}
  }
}
