import type { DecoderBinding } from '../../shared/contract/decode'
import type { Profile, ProfileDraft, SecretsInput, Subscription } from '../../shared/contract/profiles'
import type { Api } from '../../shared/rpc/contract'

/** The stored connection profiles. */
export class ProfilesState {
  list = $state.raw<Profile[]>([])
  /** The user agreed to keep passwords in memory when they cannot be stored on disk. */
  keepsForThisRun = false
  readonly #api: Api
  readonly #onchange: (list: Profile[]) => void

  /** @param onchange called with each new list. */
  constructor(api: Api, onchange: (list: Profile[]) => void) {
    this.#api = api
    this.#onchange = onchange
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

  /** Replaces the decoders that a profile binds to topic filters. Throws INVALID_INPUT, NOT_FOUND. */
  setDecoders(profileId: string, decoders: DecoderBinding[]): Promise<void> {
    return this.#api.call('decoders.set', { profileId, decoders })
  }

  /** Adds a subscription to a profile, in place of one with the same filter. Throws NOT_FOUND. */
  keepSubscription(id: string, subscription: Subscription): Promise<void> {
    return this.#api.call('profiles.keepSubscription', { id, subscription })
  }

  /** Removes a profile, and also its history if `history` is true. */
  remove(id: string, history: boolean): Promise<void> {
    return this.#api.call('profiles.remove', { id, history })
  }

  duplicate(id: string, name: string): Promise<Profile> {
    return this.#api.call('profiles.duplicate', { id, name })
  }

  #take(list: Profile[]): void {
    this.list = list
    this.#onchange(list)
  }
}
