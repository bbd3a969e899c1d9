import { SvelteMap } from 'svelte/reactivity'
import type { ConnectionStats, ConnectionStatus, SubscriptionState } from '../../shared/contract/connections'
import type { Subscription } from '../../shared/contract/profiles'
import type { Api } from '../../shared/rpc/contract'

/** The open connections: one tab each. */
export class ConnectionsState {
  /** In the order of the tabs. */
  list = $state.raw<ConnectionStatus[]>([])
  readonly stats = new SvelteMap<string, ConnectionStats>()
  readonly active = $derived.by(() => this.find(this.#activeId))
  #activeId = $state<string | null>(null)
  readonly #api: Api

  constructor(api: Api) {
    this.#api = api
  }

  /** Follows changes until the returned function is called. */
  start(): () => void {
    const stops = [
      this.#api.on('connections.changed', (status) => this.#put(status)),
      this.#api.on('connections.closed', ({ id }) => this.#drop(id)),
      this.#api.on('connections.stats', (stats) => this.stats.set(stats.id, stats))
    ]
    return () => stops.forEach((stop) => stop())
  }

  async load(): Promise<void> {
    this.list = await this.#api.call('connections.list')
    for (const id of this.stats.keys()) if (!this.find(id)) this.stats.delete(id)
    if (!this.active) this.#activeId = this.list[0]?.id ?? null
  }

  find(id: string | null): ConnectionStatus | null {
    return this.list.find((status) => status.id === id) ?? null
  }

  /** Brings a tab to the front. */
  activate(id: string): void {
    this.#activeId = id
  }

  /** Opens the profile's tab, brings it to the front and connects anew. Throws NOT_FOUND. */
  async open(id: string): Promise<void> {
    this.#put(await this.#api.call('connections.open', { id }))
    this.#activeId = id
  }

  /** Ends the MQTT connection; the tab stays. */
  async disconnect(id: string): Promise<void> {
    this.#put(await this.#api.call('connections.disconnect', { id }))
  }

  /** Disconnects and closes the tab. */
  async close(id: string): Promise<void> {
    await this.#api.call('connections.close', { id })
    this.#drop(id)
  }

  /** Answers with the SUBACK's word. Throws NOT_CONNECTED, TIMED_OUT. */
  subscribe(id: string, subscription: Subscription): Promise<SubscriptionState> {
    return this.#api.call('connections.subscribe', { id, subscription })
  }

  unsubscribe(id: string, filter: string): Promise<void> {
    return this.#api.call('connections.unsubscribe', { id, filter })
  }

  #put(status: ConnectionStatus): void {
    const index = this.list.findIndex(({ id }) => id === status.id)
    this.list = index === -1 ? [...this.list, status] : this.list.with(index, status)
    if (!this.active) this.#activeId = status.id
  }

  /** A closed tab hands the front to its neighbour. */
  #drop(id: string): void {
    const index = this.list.findIndex((status) => status.id === id)
    if (index === -1) return
    this.list = this.list.toSpliced(index, 1)
    this.stats.delete(id)
    if (this.#activeId === id) this.#activeId = this.list[Math.min(index, this.list.length - 1)]?.id ?? null
  }
}
