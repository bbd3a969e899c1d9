import { MAX_TRACES, type TraceStatus } from '../../../../shared/contract/broker-traces'
import type { Api } from '../../../../shared/rpc/contract'
import { poll } from '../../../state/poll'
import { Refresh } from '../../../state/refresh'

/** Polling period, in ms. */
const PERIOD = 1_000

/** The clients whose packets are traced. Whatever discards packets asks first: `stopping` and `replacing` are open questions. */
export class TracesState {
  list = $state.raw<TraceStatus[]>([])
  stopping = $state.raw<TraceStatus | null>(null)
  /** The oldest trace, which a new one would end. */
  replacing = $state.raw<{ oldest: TraceStatus; clientId: string } | null>(null)
  readonly #api: Api
  readonly #failed: (error: unknown) => void
  readonly #refresh = new Refresh(
    async (current) => {
      const list = await this.#api.call('traces.list')
      if (current()) this.list = list
    },
    // The broker stopped between two polls.
    () => (this.list = [])
  )

  constructor(api: Api, failed: (error: unknown) => void) {
    this.#api = api
    this.#failed = failed
  }

  /** Polls until the returned function is called; pauses while the page is hidden. */
  start(): () => void {
    return poll(this.#refresh, PERIOD)
  }

  /** Traces a client from now on, or asks whether the oldest trace may end for it. */
  async trace(clientId: string): Promise<void> {
    await this.#refresh.request()
    const [oldest] = this.list
    if (this.list.some((each) => each.clientId === clientId)) return
    if (oldest && this.list.length >= MAX_TRACES) this.replacing = { oldest, clientId }
    else await this.#act('traces.start', clientId)
  }

  /** Ends a trace, or asks first if it has packets. */
  async stop(clientId: string): Promise<void> {
    await this.#refresh.request()
    const found = this.list.find((each) => each.clientId === clientId)
    if (found && found.packets > 0) this.stopping = found
    else await this.#act('traces.stop', clientId)
  }

  async confirmStop(): Promise<void> {
    const { stopping } = this
    this.stopping = null
    if (stopping) await this.#act('traces.stop', stopping.clientId)
  }

  async confirmReplace(): Promise<void> {
    const { replacing } = this
    this.replacing = null
    if (replacing) await this.#act('traces.start', replacing.clientId)
  }

  async #act(call: 'traces.start' | 'traces.stop', clientId: string): Promise<void> {
    try {
      await this.#api.call(call, { clientId })
    } catch (error) {
      this.#failed(error)
    }
    await this.#refresh.request()
  }
}
