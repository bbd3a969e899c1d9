import { SvelteMap } from 'svelte/reactivity'
import type {
  ConnectionStats,
  ConnectionStatus,
  SubscriptionState,
  Unsuback
} from '../../shared/contract/connections'
import type { Subscription } from '../../shared/contract/profiles'
import type { SubscriptionLook } from '../../shared/contract/subscription-look'
import type { Api } from '../../shared/rpc/contract'
import { Front } from './front.svelte'

/** The open connections, one tab each. */
export class ConnectionsState {
  /** In tab order. */
  list = $state.raw<ConnectionStatus[]>([])
  readonly stats = new SvelteMap<string, ConnectionStats>()
  readonly #front: Front
  /** The connection whose tab is in front; null if no tab is, or a recording's. */
  readonly active = $derived.by(() => this.find(this.#front.id))
  readonly #api: Api

  constructor(api: Api, front = new Front()) {
    this.#api = api
    this.#front = front
    front.add(() => this.list)
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
    this.#front.settle()
  }

  find(id: string | null): ConnectionStatus | null {
    return this.list.find((status) => status.id === id) ?? null
  }

  /** Opens the profile's tab, brings it to the front and reconnects. Throws NOT_FOUND. */
  async open(id: string): Promise<void> {
    this.#put(await this.#api.call('connections.open', { id }))
    this.#front.id = id
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

  /** Resolves to the result in the SUBACK. Throws NOT_CONNECTED, TIMED_OUT. */
  subscribe(id: string, subscription: Subscription): Promise<SubscriptionState> {
    return this.#api.call('connections.subscribe', { connectionId: id, subscription })
  }

  /** Resolves to the UNSUBACK. Throws NOT_CONNECTED, UNSUBSCRIBE_REFUSED. */
  unsubscribe(id: string, filter: string): Promise<Unsuback> {
    return this.#api.call('connections.unsubscribe', { connectionId: id, filter })
  }

  /** Changes colour and alias of a subscription, without a packet. */
  setLook(id: string, filter: string, look: SubscriptionLook): Promise<void> {
    return this.#api.call('connections.setLook', { connectionId: id, filter, look })
  }

  #put(status: ConnectionStatus): void {
    const index = this.list.findIndex(({ id }) => id === status.id)
    this.list = index === -1 ? [...this.list, status] : this.list.with(index, status)
    this.#front.settle()
  }

  #drop(id: string): void {
    this.#front.leave(id)
    this.list = this.list.filter((status) => status.id !== id)
    this.stats.delete(id)
  }
}
