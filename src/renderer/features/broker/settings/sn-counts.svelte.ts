import type { SnListenerCounts } from '../../../../shared/contract/mqtt-sn'
import type { Api } from '../../../../shared/rpc/contract'
import { poll } from '../../../state/poll'
import { Refresh } from '../../../state/refresh'

/** Polling period, in ms. */
const PERIOD = 1_000

/** What goes through the MQTT-SN listeners of the running broker. */
export class SnCountsState {
  list = $state.raw<SnListenerCounts[]>([])
  readonly #api: Api
  readonly #asking = new Refresh(
    async (current) => {
      const list = await this.#api.call('broker.sn')
      if (current()) this.list = list
    },
    // The broker stopped between two polls.
    () => (this.list = [])
  )

  constructor(api: Api) {
    this.#api = api
  }

  /** Keeps the counts up to date until the returned function is called. */
  watch(): () => void {
    const stop = poll(this.#asking, PERIOD)
    return () => {
      stop()
      this.list = []
    }
  }
}
