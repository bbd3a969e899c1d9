import type { BrokerClient, BrokerStatus } from '../../shared/contract/broker'
import type { Api } from '../../shared/rpc/contract'

/** ms between looks at the list of clients. */
const CLIENTS_PERIOD = 1_000

/** The local broker. A start or stop that fails leaves its error in `fault` until the next try. */
export class BrokerState {
  status = $state.raw<BrokerStatus>({ state: 'stopped', fault: null })
  clients = $state.raw<BrokerClient[]>([])
  /** A start or stop is under way. */
  busy = $state(false)
  fault = $state.raw<unknown>(null)
  readonly #api: Api

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

  /** Starts the broker where the settings say, or on a port. Gives whether it runs. */
  startBroker(port?: number): Promise<boolean> {
    return this.#act(() => this.#api.call('broker.start', port === undefined ? {} : { port }))
  }

  stopBroker(): Promise<boolean> {
    return this.#act(() => this.#api.call('broker.stop'))
  }

  /** Starts the broker if need be, then the demo devices. Gives whether they run. */
  startDemo(): Promise<boolean> {
    return this.#act(() => this.#api.call('demo.start'))
  }

  stopDemo(): Promise<boolean> {
    return this.#act(() => this.#api.call('demo.stop'))
  }

  /** Closes a client's connection. Throws BROKER_NOT_RUNNING, NOT_FOUND. */
  async kick(clientId: string): Promise<void> {
    await this.#api.call('broker.kick', { clientId })
    await this.#loadClients()
  }

  /** Keeps `clients` fresh until the returned function is called; rests while the page is hidden. */
  watchClients(): () => void {
    const look = (): void => {
      if (document.visibilityState === 'visible') void this.#loadClients()
    }
    look()
    const timer = setInterval(look, CLIENTS_PERIOD)
    return () => clearInterval(timer)
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

  /** A broker that stops between two looks is told by its status; the list is empty then. */
  async #loadClients(): Promise<void> {
    try {
      this.clients = await this.#api.call('broker.clients')
    } catch {
      this.clients = []
    }
  }

  #take(status: BrokerStatus): void {
    this.status = status
    if (status.state === 'stopped') this.clients = []
  }
}
