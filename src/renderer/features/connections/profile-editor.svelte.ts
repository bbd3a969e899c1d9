import type { BrokerAddress } from '../../../shared/contract/app'
import type { Profile } from '../../../shared/contract/profiles'
import { ProfileForm } from './profile-form.svelte'

/** What to edit: a stored profile, a new one filled in from an address, a new one, or nothing. */
type Target = Profile | BrokerAddress | 'new' | null

/**
 * The profile being edited. Edits survive visits to other pages, and are discarded only when the user confirms.
 */
export class ProfileEditor {
  form = $state.raw<ProfileForm | null>(null)
  /** Unsaved edits block a switch to another profile. The page asks the user, then calls `discard` or `stay`. */
  readonly asking = $derived.by(() => this.#wanted !== undefined)
  #wanted = $state.raw<Target | undefined>(undefined)

  /** Switches to another profile at once, or asks first if there are unsaved edits. */
  edit(target: Target): void {
    const id = isProfile(target) ? target.id : null
    if (this.form && target !== null && this.form.id === id && id !== null) return
    if (this.form?.dirty) this.#wanted = target
    else this.#open(target)
  }

  discard(): void {
    this.#open(this.#wanted ?? null)
  }

  stay(): void {
    this.#wanted = undefined
  }

  /** Restarts from the stored profile and discards the edits. */
  reset(profile: Profile | null): void {
    this.#open(profile)
  }

  /** Profiles changed elsewhere. A form without edits follows; one with edits takes over only subscriptions that were added. */
  follow(profiles: Profile[]): void {
    const { form } = this
    if (!form?.id) return
    const profile = profiles.find(({ id }) => id === form.id) ?? null
    if (form.dirty) {
      if (profile) form.adopt(profile)
    } else if (!profile || !form.isMadeFrom(profile)) this.form = this.#formOf(profile)
  }

  #open(target: Target): void {
    this.#wanted = undefined
    this.form = this.#formOf(target)
  }

  #formOf(target: Target): ProfileForm | null {
    if (target === null) return null
    if (target === 'new') return new ProfileForm(null)
    return isProfile(target) ? new ProfileForm(target) : new ProfileForm(null, target)
  }
}

function isProfile(target: Target): target is Profile {
  return target !== null && typeof target === 'object' && 'id' in target
}
