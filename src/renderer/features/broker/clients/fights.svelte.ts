import type { Fight } from '../../../../shared/contract/broker-clients'
import type { Api } from '../../../../shared/rpc/contract'
import { poll } from '../../../state/poll'
import { Refresh } from '../../../state/refresh'

/** Polling period, in ms. */
const PERIOD = 1_000

/** Clients that fight over an id now, and whether the event history can be written. */
export class FightsState {
  fights = $state.raw<Fight[]>([])
  /** Why the event history is in memory only; null: it is on disk. */
  eventsFault = $state.raw<string | null>(null)
  readonly #api: Api
  readonly #refresh = new Refresh(
    async (current) => {
      const { fights, eventsFault } = await this.#api.call('overview.get')
      if (!current()) return
      this.fights = fights
      this.eventsFault = eventsFault
    },
    // The broker stopped between two polls.
    () => (this.fights = [])
  )

  constructor(api: Api) {
    this.#api = api
  }

  /** Polls until the returned function is called; pauses while the page is hidden. */
  start(): () => void {
    return poll(this.#refresh, PERIOD)
  }
}
