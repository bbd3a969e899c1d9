import type { CallOutput } from '../../../../shared/contract'
import type { ClientEvent } from '../../../../shared/contract/broker-clients'
import { isAppError } from '../../../../shared/errors'
import type { Api } from '../../../../shared/rpc/contract'
import { poll } from '../../../state/poll'
import { Refresh } from '../../../state/refresh'

/** Polling period, in ms. */
const PERIOD = 1_000

/** One client of the local broker: what it is now, its CONNECT, and what happened to it last. */
export class ClientState {
  readonly clientId: string
  /** undefined: not known yet; null: neither connected, nor with a session. */
  found = $state.raw<CallOutput<'clients.get'> | undefined>(undefined)
  lastEvent = $state.raw<ClientEvent | null>(null)
  /** Why it could not be read. */
  fault = $state.raw<unknown>(null)
  readonly row = $derived(this.found?.row ?? null)
  readonly #api: Api
  readonly #refresh = new Refresh(
    (current) => this.#load(current),
    (error) => {
      // If the broker stopped between two polls, its status says so.
      if (!isAppError(error, 'BROKER_NOT_RUNNING')) this.fault = error
    }
  )

  constructor(api: Api, clientId: string) {
    this.#api = api
    this.clientId = clientId
  }

  /** Polls until the returned function is called; pauses while the page is hidden. */
  start(): () => void {
    return poll(this.#refresh, PERIOD)
  }

  async #load(current: () => boolean): Promise<void> {
    const { clientId } = this
    const [found, [lastEvent]] = await Promise.all([
      this.#api.call('clients.get', { clientId }),
      this.#api.call('clients.events', { clientId, before: null, limit: 1 })
    ])
    if (!current()) return
    this.found = found
    this.lastEvent = lastEvent ?? null
    this.fault = null
  }
}
