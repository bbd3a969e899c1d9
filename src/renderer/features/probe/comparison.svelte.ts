import type { ProbeItemId, ProbeSheet, ProbeSheetHead } from '../../../shared/contract/probe'
import type { Api } from '../../../shared/rpc/contract'
import { Latest } from '../../state/latest'

/** A kept sheet. */
export interface SheetRef {
  profileId: string
  sheetId: string
}

/** Two sheets side by side. */
interface Pair {
  before: SheetSide
  after: SheetSide
  /** The items that differ. */
  differing: ReadonlySet<ProbeItemId>
}

export interface SheetSide {
  profileId: string
  sheet: ProbeSheet
}

/** Compares the sheet in view with another one. */
export class ComparisonState {
  /** The kept sheets of all profiles, newest first. */
  choices = $state.raw<readonly { profileId: string; heads: readonly ProbeSheetHead[] }[]>([])
  /** The sheet to compare with; null: none. */
  chosen = $state.raw<SheetRef | null>(null)
  /** null: nothing is compared, or it is being read. */
  pair = $state.raw<Pair | null>(null)
  /** Shows all items, not only those that differ. */
  all = $state(false)
  readonly #api: Api
  readonly #failed: (error: unknown) => void
  readonly #latest = new Latest()
  readonly #latestChoices = new Latest()

  constructor(api: Api, failed: (error: unknown) => void) {
    this.#api = api
    this.#failed = failed
  }

  /** Reads which sheets there are to compare with. */
  async loadChoices(profileIds: readonly string[]): Promise<void> {
    const current = this.#latestChoices.begin()
    try {
      const choices = await Promise.all(
        profileIds.map(async (profileId) => ({
          profileId,
          heads: await this.#api.call('probe.list', { profileId })
        }))
      )
      if (current()) this.choices = choices.filter(({ heads }) => heads.length > 0)
    } catch (error) {
      if (current()) this.#failed(error)
    }
  }

  /** Compares a sheet with the chosen one. Of two tests of one profile, the older comes first. */
  async compare(side: SheetSide | null): Promise<void> {
    const current = this.#latest.begin()
    if (this.chosen?.sheetId === side?.sheet.id) this.chosen = null
    const { chosen } = this
    if (!side || !chosen) {
      this.pair = null
      return
    }
    try {
      const other = { profileId: chosen.profileId, sheet: await this.#api.call('probe.get', chosen) }
      const isOlder = other.profileId === side.profileId && other.sheet.at < side.sheet.at
      const [before, after] = isOlder ? [other, side] : [side, other]
      const differences = await this.#api.call('probe.compare', {
        before: refOf(before),
        after: refOf(after)
      })
      if (current()) this.pair = { before, after, differing: new Set(differences.map(({ id }) => id)) }
    } catch (error) {
      if (!current()) return
      this.chosen = null
      this.pair = null
      this.#failed(error)
    }
  }
}

function refOf({ profileId, sheet }: SheetSide): SheetRef {
  return { profileId, sheetId: sheet.id }
}
