import type { ActiveFault, ClientScope, EndedFault, FaultSpec } from '../../../../shared/contract/faults'
import { isAppError } from '../../../../shared/errors'
import type { Api } from '../../../../shared/rpc/contract'
import { Refresh } from '../../../state/refresh'

/** Period of the remaining times, in ms. */
const TICK = 1_000

/** The faults of the local broker that are on, and the last that ended. */
export class FaultsState {
  list = $state.raw<ActiveFault[]>([])
  ended = $state.raw<EndedFault[]>([])
  /** Why they could not be read. */
  fault = $state.raw<unknown>(null)
  /** ms since 1970 UTC; goes on while a fault is on. */
  now = $state(Date.now())
  readonly #api: Api
  readonly #loading = new Refresh(
    async (current) => {
      const [list, ended] = await Promise.all([this.#api.call('faults.list'), this.#api.call('faults.ended')])
      if (!current()) return
      this.list = list
      this.ended = ended
      this.now = Date.now()
      this.fault = null
    },
    (error) => {
      // If the broker stopped meanwhile, its status says so.
      if (!isAppError(error, 'BROKER_NOT_RUNNING')) this.fault = error
    }
  )

  constructor(api: Api) {
    this.#api = api
  }

  /** Follows the running broker's faults until the returned function is called; then none is on. */
  watch(): () => void {
    const stop = this.#api.on('faults.changed', (list) => this.#take(list))
    const timer = setInterval(() => {
      if (this.list.length > 0) this.now = Date.now()
    }, TICK)
    void this.#loading.request()
    return () => {
      stop()
      clearInterval(timer)
      this.#loading.cancel()
      this.list = []
      this.ended = []
      this.fault = null
    }
  }

  load(): Promise<void> {
    return this.#loading.request()
  }

  /** Switches faults on, all or none, and before them the record of a client's packets. Throws what `faults.add` throws. */
  async add(specs: readonly FaultSpec[], tracedClient: string | null): Promise<void> {
    if (tracedClient !== null) await this.#api.call('traces.start', { clientId: tracedClient })
    const added: string[] = []
    try {
      for (const spec of specs) added.push((await this.#api.call('faults.add', spec)).id)
    } catch (error) {
      await Promise.allSettled(added.map((id) => this.#api.call('faults.remove', { id })))
      throw error
    }
    await this.load()
  }

  /** Switches a fault off. One that has just ended by itself is no error. */
  async stop(id: string): Promise<void> {
    await this.#api.call('faults.remove', { id }).catch((error: unknown) => {
      if (!isAppError(error, 'NOT_FOUND')) throw error
    })
    await this.load()
  }

  async stopAll(): Promise<void> {
    await this.#api.call('faults.clear')
    await this.load()
  }

  /** Cuts connections now. Returns how many. */
  cut(scope: ClientScope): Promise<number> {
    return this.#api.call('faults.disconnect', scope)
  }

  /** Client ids that contain a text, the latest first. */
  async suggestClients(text: string): Promise<string[]> {
    const { rows } = await this.#api.call('clients.list', {
      offset: 0,
      limit: 20,
      text,
      state: 'all',
      sort: 'since',
      descending: true
    })
    return rows.filter(({ own }) => !own).map(({ id }) => id)
  }

  #take(list: ActiveFault[]): void {
    const isOver = this.list.some(({ id }) => !list.some((each) => each.id === id))
    this.list = list
    this.now = Date.now()
    if (isOver) void this.load()
  }
}
