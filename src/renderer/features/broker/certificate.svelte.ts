import type { BrokerCertificate } from '../../../shared/contract/broker'
import type { Api } from '../../../shared/rpc/contract'
import { Refresh } from '../../state/refresh'
import { Task } from '../../state/task.svelte'

/** The certificate of the local broker's TLS listeners. */
export class CertificateState {
  /** undefined: not known yet; null: none has been made or chosen. */
  value = $state.raw<BrokerCertificate | null | undefined>(undefined)
  /** Why it could not be read. */
  fault = $state.raw<unknown>(null)
  /** Makes, replaces or removes the certificate. */
  readonly task = new Task()
  readonly #api: Api
  readonly #reading = new Refresh(
    async (current) => {
      const value = await this.#api.call('broker.certificate')
      if (current()) this.#take(value)
    },
    (error) => (this.fault = error)
  )

  constructor(api: Api) {
    this.#api = api
  }

  load(): Promise<void> {
    return this.#reading.request()
  }

  make(): Promise<boolean> {
    return this.#act(() => this.#api.call('broker.makeCertificate'))
  }

  /** Uses the person's own certificate, or, with null, Treetop's again. Returns whether that worked; if not, the task has the error. */
  use(own: { cert: string; key: string } | null): Promise<boolean> {
    return this.#act(() => this.#api.call('broker.useCertificate', own))
  }

  #act(work: () => Promise<BrokerCertificate | null>): Promise<boolean> {
    return this.task.run(async () => {
      const value = await work()
      this.#reading.cancel()
      this.#take(value)
    })
  }

  #take(value: BrokerCertificate | null): void {
    this.value = value
    this.fault = null
  }
}
