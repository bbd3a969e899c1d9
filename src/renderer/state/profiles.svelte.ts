import type { DecoderBinding } from '../../shared/contract/decode'
import type { Profile, ProfileDraft, SecretsInput } from '../../shared/contract/profiles'
import type { Api } from '../../shared/rpc/contract'
import { draftOf } from './profile-draft'
import { ProfileEditor } from './profile-editor.svelte'

/** The connection profiles as they are stored, and the one that is being edited. */
export class ProfilesState {
  list = $state.raw<Profile[]>([])
  readonly editor = new ProfileEditor()
  /** The person agreed that passwords are kept in memory, where they cannot be kept on disk. */
  keepsForThisRun = false
  readonly #api: Api

  constructor(api: Api) {
    this.#api = api
  }

  /** Follows changes until the returned function is called. */
  start(): () => void {
    return this.#api.on('profiles.changed', (list) => this.#take(list))
  }

  async load(): Promise<void> {
    this.#take(await this.#api.call('profiles.list'))
  }

  find(id: string): Profile | null {
    return this.list.find((profile) => profile.id === id) ?? null
  }

  /** Creates (id null) or replaces a profile. Throws INVALID_INPUT. */
  save(id: string | null, draft: ProfileDraft, secrets: SecretsInput): Promise<Profile> {
    return this.#api.call('profiles.save', { ...(id !== null && { id }), draft, secrets })
  }

  /** Saves the profile with MQTT 3.1.1 in place of the version it has. Throws NOT_FOUND. */
  async useOlderVersion(id: string): Promise<void> {
    const profile = (await this.#api.call('profiles.list')).find((candidate) => candidate.id === id)
    if (profile) await this.save(id, { ...draftOf(profile), version: 4 }, {})
  }

  /** Replaces the decoders that a profile binds to topic filters. Throws INVALID_INPUT, NOT_FOUND. */
  setDecoders(profileId: string, decoders: DecoderBinding[]): Promise<void> {
    return this.#api.call('decoders.set', { profileId, decoders })
  }

  /** Removes a profile, and its history when `history` says so. */
  remove(id: string, history: boolean): Promise<void> {
    return this.#api.call('profiles.remove', { id, history })
  }

  duplicate(id: string, name: string): Promise<Profile> {
    return this.#api.call('profiles.duplicate', { id, name })
  }

  #take(list: Profile[]): void {
    this.list = list
    this.editor.follow(list)
  }
}
