import type { BrokerAddress } from '../../../shared/contract/app'
import type { Profile } from '../../../shared/contract/profiles'
import { ProfileForm } from './profile-form.svelte'

/** What is to be edited: a stored profile, a new one, one that is filled in from an address, or nothing. */
type Target = Profile | BrokerAddress | 'new' | null

/**
 * The profile that is being edited, whatever page is in view: what was typed outlives a look elsewhere, and is given up only when
 * the person says so.
 */
export class ProfileEditor {
  form = $state.raw<ProfileForm | null>(null)
  /** Unsaved edits stand in the way of another profile: the page asks, then calls `discard` or `stay`. */
  readonly asking = $derived.by(() => this.#wanted !== undefined)
  #wanted = $state.raw<Target | undefined>(undefined)

  /** Turns to another profile at once, or asks first when there are unsaved edits. */
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

  /** Starts afresh from what is stored, giving up what was typed. */
  reset(profile: Profile | null): void {
    this.#open(profile)
  }

  /** Profiles changed elsewhere: a form without edits follows; one with edits stays as it is. */
  follow(profiles: Profile[]): void {
    const { form } = this
    if (!form?.id || form.dirty) return
    const profile = profiles.find(({ id }) => id === form.id) ?? null
    if (!profile || !form.isMadeFrom(profile)) this.form = this.#formOf(profile)
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
