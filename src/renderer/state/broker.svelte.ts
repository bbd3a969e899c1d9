import type { BrokerClient, BrokerStatus } from '../../shared/contract/broker'
import type { Api } from '../../shared/rpc/contract'
import { poll } from './poll'
import { Refresh } from './refresh'

/** Polling period of the client list, in ms. */
const CLIENTS_PERIOD = 1_000

/** The local broker. A failed start or stop leaves its error in `fault` until the next attempt. */
export class BrokerState {
  status = $state.raw<BrokerStatus>({ state: 'stopped', fault: null })
  clients = $state.raw<BrokerClient[]>([])
  /** A start or stop is in progress. */
  busy = $state(false)
  fault = $state.raw<unknown>(null)
  readonly #api: Api
  readonly #clients = new Refresh(
    async (current) => {
      const clients = await this.#api.call('broker.clients')
      if (current()) this.clients = clients
    },
    // The broker stopped between two polls.
    () => (this.clients = [])
  )

  constructor(api: Api) {
    this.#api = api
  }

  /** Follows changes until the returned function is called. */
  start(): () => void {
    return this.#api.on('broker.changed', (status) => this.#take(status))
  }

  async load(): Promise<void> {
    this.#take(await this.#api.call('broker.status'))
  }

  /** Starts the broker as configured, or on the given port. Returns whether it is running. */
  startBroker(port?: number): Promise<boolean> {
    return this.#act(() => this.#api.call('broker.start', port === undefined ? {} : { port }))
  }

  stopBroker(): Promise<boolean> {
    return this.#act(() => this.#api.call('broker.stop'))
  }

  /** Starts the broker if necessary, then the demo devices. Returns whether they are running. */
  startDemo(): Promise<boolean> {
    return this.#act(() => this.#api.call('demo.start'))
  }

  stopDemo(): Promise<boolean> {
    return this.#act(() => this.#api.call('demo.stop'))
  }

  /** Closes a client's connection. Throws BROKER_NOT_RUNNING, NOT_FOUND. */
  async kick(clientId: string): Promise<void> {
    await this.#api.call('broker.kick', { clientId })
    await this.#clients.request()
  }

  /** Keeps `clients` up to date until the returned function is called. Pauses while the page is hidden. */
  watchClients(): () => void {
    return poll(this.#clients, CLIENTS_PERIOD)
  }

  dismissFault(): void {
    this.fault = null
  }

  async #act(action: () => Promise<BrokerStatus>): Promise<boolean> {
    this.busy = true
    this.fault = null
    try {
      this.#take(await action())
      return true
    } catch (error) {
      this.fault = error
      return false
    } finally {
      this.busy = false
    }
  }

  #take(status: BrokerStatus): void {
    this.status = status
    if (status.state !== 'stopped') return
    this.#clients.cancel()
    this.clients = []
  }
}
