import { SvelteMap } from 'svelte/reactivity'
import type { Bridge, BridgeDraft, BridgeStatus, MosquittoBridge } from '../../../../shared/contract/bridge'
import type { Api } from '../../../../shared/rpc/contract'
import { poll } from '../../../state/poll'
import { Refresh } from '../../../state/refresh'

/** Polling period, in ms. */
const PERIOD = 1_000

/** The bridges, their state, and what waits for them. */
export class BridgesState {
  /** null: not known yet. */
  list = $state.raw<Bridge[] | null>(null)
  fault = $state.raw<unknown>(null)
  readonly states = new SvelteMap<string, BridgeStatus>()
  /** How many messages the local broker keeps for a bridge until the other broker has them. */
  readonly waiting = new SvelteMap<string, number>()
  readonly #api: Api
  readonly #refresh = new Refresh(
    async (current) => {
      const [list, states] = await Promise.all([
        this.#api.call('bridge.list'),
        this.#api.call('bridge.states')
      ])
      const waiting = await Promise.all(states.map((status) => this.#waitingFor(status)))
      if (!current()) return
      this.list = list
      this.fault = null
      for (const [index, status] of states.entries()) {
        this.states.set(status.id, status)
        this.waiting.set(status.id, waiting[index]!)
      }
    },
    (error) => (this.fault = error)
  )

  constructor(api: Api) {
    this.#api = api
  }

  /** Follows the bridges until the returned function is called. Pauses while the page is hidden. */
  watch(): () => void {
    const stops = [
      this.#api.on('bridge.listed', (list) => (this.list = list)),
      this.#api.on('bridge.changed', (status) => this.states.set(status.id, status)),
      poll(this.#refresh, PERIOD)
    ]
    return () => stops.forEach((stop) => stop())
  }

  /** Creates (id null) or replaces a bridge. Throws INVALID_INPUT, NOT_FOUND, FILE_UNWRITABLE. */
  save(id: string | null, draft: BridgeDraft): Promise<Bridge> {
    return this.#api.call('bridge.save', { ...(id !== null && { id }), draft })
  }

  async switch(id: string, on: boolean): Promise<void> {
    await this.#api.call('bridge.switch', { id, on })
  }

  retry(id: string): Promise<void> {
    return this.#api.call('bridge.retry', { id })
  }

  remove(id: string): Promise<void> {
    return this.#api.call('bridge.remove', { id })
  }

  /** The bridge as lines for mosquitto.conf. */
  lines(id: string): Promise<MosquittoBridge> {
    return this.#api.call('bridge.mosquitto', { id })
  }

  /** Nothing if the broker is stopped, or keeps no session for the bridge. */
  async #waitingFor({ state, clientId }: BridgeStatus): Promise<number> {
    if (state === 'off' || state === 'waiting') return 0
    try {
      const { inFlight, waiting } = await this.#api.call('clients.queue', { clientId, offset: 0, limit: 0 })
      return inFlight + waiting
    } catch {
      return 0
    }
  }
}
