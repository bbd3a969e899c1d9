import type { BrokerListener, ListenerFault } from '../../../../shared/contract/broker'
import { AppError, type ErrorCode } from '../../../../shared/errors'
import type { Api } from '../../../../shared/rpc/contract'
import { needSamePort } from '../../../../shared/same-port'
import { Refresh } from '../../../state/refresh'
import { sentenceFor } from '../../../state/sentences'

/** What is wrong with a listener that is stored, such as a port that another program has. */
export interface PortFault {
  text: string
  /** A free port; null: none is known. */
  next: number | null
}

/** Which listeners could not open. The process tries. */
export class PortChecks {
  #listeners: BrokerListener[] = []
  #faults = $state.raw<ListenerFault[]>([])
  readonly #api: Api
  readonly #asking = new Refresh(
    async (current) => {
      const faults = await this.#api.call('broker.listenerFaults', { listeners: this.#listeners })
      if (current()) this.#faults = faults
    },
    // Starting the broker would report it.
    () => (this.#faults = [])
  )

  constructor(api: Api) {
    this.#api = api
  }

  /** Call when the listeners have changed, or the broker has started or stopped. */
  ask(listeners: BrokerListener[]): void {
    this.#listeners = listeners
    void this.#asking.restart()
  }

  faultOf(listener: BrokerListener): PortFault | null {
    const found = this.#faults.find(
      (each) => needSamePort(each, listener) && each.kind === listener.kind && each.host === listener.host
    )
    if (!found) return null
    const next = found.details['next']
    return {
      text: sentenceFor(new AppError(found.code as ErrorCode, found.details as never)),
      next: typeof next === 'number' ? next : null
    }
  }
}
