import type { ProbeSheet, ProbeSheetHead } from '../../../shared/contract/probe'
import type { Api } from '../../../shared/rpc/contract'
import { Latest } from '../../state/latest'

/** The kept sheets of one profile, and the one in view. */
export class SheetsState {
  /** null: none is chosen yet. */
  profileId = $state<string | null>(null)
  /** Newest first; null: not read yet. */
  heads = $state.raw<readonly ProbeSheetHead[] | null>(null)
  sheet = $state.raw<ProbeSheet | null>(null)
  readonly #api: Api
  readonly #failed: (error: unknown) => void
  readonly #latest = new Latest()

  constructor(api: Api, failed: (error: unknown) => void) {
    this.#api = api
    this.#failed = failed
  }

  /** Reads the sheets of a profile, and shows the given one; without it, the one in view if there still is, or the newest. */
  async load(profileId: string, wanted: string | null = null): Promise<void> {
    const current = this.#latest.begin()
    if (profileId !== this.profileId) {
      this.profileId = profileId
      this.heads = null
      this.sheet = null
    }
    try {
      const heads = await this.#api.call('probe.list', { profileId })
      const ids = heads.map(({ id }) => id)
      const id = [wanted, this.sheet?.id, ids[0]].find((each) => ids.includes(each ?? ''))
      const sheet = id == null ? null : await this.#read(profileId, id)
      if (!current()) return
      this.heads = heads
      this.sheet = sheet
    } catch (error) {
      if (current()) this.#failed(error)
    }
  }

  /** Shows a kept sheet of the profile. */
  async select(sheetId: string): Promise<void> {
    const current = this.#latest.begin()
    try {
      const sheet = await this.#read(this.profileId!, sheetId)
      if (current()) this.sheet = sheet
    } catch (error) {
      if (current()) this.#failed(error)
    }
  }

  /** Removes a kept sheet of the profile. */
  async remove(sheetId: string): Promise<void> {
    const profileId = this.profileId!
    try {
      await this.#api.call('probe.remove', { profileId, sheetId })
    } catch (error) {
      this.#failed(error)
    }
    await this.load(profileId)
  }

  #read(profileId: string, sheetId: string): Promise<ProbeSheet> {
    const known = this.sheet
    if (known?.id === sheetId && profileId === this.profileId) return Promise.resolve(known)
    return this.#api.call('probe.get', { profileId, sheetId })
  }
}
