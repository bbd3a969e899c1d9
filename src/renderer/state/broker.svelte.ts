import type { BrokerRefusal, BrokerStatus } from '../../shared/contract/broker'
import { isAppError } from '../../shared/errors'
import type { Api } from '../../shared/rpc/contract'
import { poll } from './poll'
import { Refresh } from './refresh'

/** Polling period of the list of refusals, in ms. */
const PERIOD = 1_000

/** A refusal with a key that it keeps from one poll to the next. */
export interface Refusal extends BrokerRefusal {
  key: string
}

/** The local broker. A failed start or stop leaves its error in `fault` until the next attempt. */
export class BrokerState {
  status = $state.raw<BrokerStatus>({ state: 'stopped', fault: null })
  /** The last refusals, newest first; null: not known yet. */
  refusals = $state.raw<Refusal[] | null>(null)
  /** Why the refusals could not be read. */
  refusalsFault = $state.raw<unknown>(null)
  /** How many clients a stop would disconnect, while the user is asked about it; null: nothing is asked. */
  stopping = $state<number | null>(null)
  /** A start or stop is in progress. */
  busy = $state(false)
  fault = $state.raw<unknown>(null)
  readonly #api: Api
  readonly #refusals = new Refresh(
    async (current) => {
      const refusals = await this.#api.call('broker.refusals')
      if (!current()) return
      this.refusals = newestFirst(refusals)
      this.refusalsFault = null
    },
    (error) => {
      // If the broker stopped between two polls, its status says so.
      if (!isAppError(error, 'BROKER_NOT_RUNNING')) this.refusalsFault = error
    }
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

  /** Stops the broker, or first asks (`stopping`) if it would disconnect clients of others. Returns whether it went on without a fault. */
  async askToStop(): Promise<boolean> {
    const others = await this.#api.call('broker.otherClients').catch(() => 0)
    if (others === 0) return this.stopBroker()
    this.stopping = others
    return true
  }

  stopBroker(): Promise<boolean> {
    this.stopping = null
    return this.#act(() => this.#api.call('broker.stop'))
  }

  /** Stops the broker and starts it as configured. Returns whether that worked; if not, it runs on as it was if it could not have started. */
  restartBroker(): Promise<boolean> {
    return this.#act(() => this.#api.call('broker.restart'))
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
  }

  /** Keeps `refusals` up to date until the returned function is called. Pauses while the page is hidden. */
  watchRefusals(): () => void {
    return poll(this.#refusals, PERIOD)
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
    this.stopping = null
    this.#refusals.cancel()
    this.refusals = null
    this.refusalsFault = null
  }
}

/** Refusals of the same ms are told apart by their order. */
function newestFirst(refusals: readonly BrokerRefusal[]): Refusal[] {
  const seen = new Map<number, number>()
  return refusals
    .map((refusal) => {
      const place = seen.get(refusal.at) ?? 0
      seen.set(refusal.at, place + 1)
      return { ...refusal, key: `${refusal.at}-${place}` }
    })
    .reverse()
}
