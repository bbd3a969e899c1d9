import { EventEmitter } from 'node:events'
import type { BridgeDrop } from '../../shared/contract/bridge'
import type { ConnectionStatus } from '../../shared/contract/connections'
import { unlimited, type Profile } from '../../shared/contract/profiles'
import { PacketLog } from '../packets/log'
import type { Arrival } from '../recorder/message'
import type { Recipient } from '../recorder/recorder'
import type { Bridging, Carried } from '../mqtt/bridging'
import type { Client } from '../mqtt/client'
import type { Secrets } from '../mqtt/options'
import { ReconnectingClient } from '../mqtt/reconnecting-client'
import { Lane, type Destination } from './lane'
import type { TopicMap } from '../../shared/topic-map'

/** A QoS 1 or 2 message that the side's broker sent, until it is acknowledged (QoS 1) or released (QoS 2). */
interface Taking {
  taken: Promise<void>
}

/** What a side tells of its messages. */
export interface SideEvents {
  /** What becomes of a message from this side's broker: what to publish on the other side, or why it is dropped; null: it is not for the bridge. */
  route(arrival: Arrival): Carried | BridgeDrop | null
  /** A message reached this side's broker, or did not. */
  carried(message: Carried): void
  dropped(message: Pick<Carried, 'topic'>, cause: BridgeDrop): void
}

/**
 * One side of a bridge. What its broker sends goes into the other side's lane, and is acknowledged once the other broker has it: if one
 * side is away, the messages stay in the session that the other side's broker keeps.
 */
export class Side
  extends EventEmitter<{ status: [ConnectionStatus] }>
  implements Bridging, Recipient, Destination
{
  readonly lane = new Lane(this)
  isSubscribed = false
  usesBridgeBit = true
  /** The other side, whose lane gets this side's messages. */
  other!: Side
  private isForgetting = false
  /** The former session is discarded, and the connection for the next one begins. */
  private isRenewing = false
  private readonly client: ReconnectingClient
  private readonly takings = new Map<number, Taking>()
  /** Continue to read from this side; they wait until the other side's lane has room. */
  private parked: (() => void)[] = []
  /** The profile to connect with once the session of an earlier use is gone; null: it is gone. */
  private next: { profile: Profile; secrets: Secrets } | null = null

  constructor(
    id: string,
    private readonly topics: TopicMap,
    private readonly events: SideEvents
  ) {
    super()
    this.client = new ReconnectingClient({ id, generation: 1 }, this, new PacketLog(), this)
    this.client.on('status', (status) => this.changed(status))
  }

  get status(): ConnectionStatus {
    return this.client.status
  }

  get isOnline(): boolean {
    return this.client.status.state === 'online' && this.next === null
  }

  get isPaused(): boolean {
    return this.parked.length > 0
  }

  get connected(): Client | null {
    return this.next === null && !this.isForgetting ? this.client.current : null
  }

  /** Connects. `isFresh`: the session that the broker may have kept is discarded first, with its subscriptions. */
  async connect(profile: Profile, secrets: Secrets, isFresh: boolean): Promise<void> {
    const full = { ...profile, subscriptions: this.topics.subscriptions }
    this.next = isFresh ? { profile: full, secrets } : null
    this.isRenewing = false
    this.isSubscribed = !isFresh
    await this.client.connect(isFresh ? forgetting(profile) : full, secrets)
  }

  /** Ends the connection; the broker keeps the session. */
  async disconnect(): Promise<void> {
    await this.client.disconnect()
    this.lane.restart()
  }

  /** Ends the session, too, if the broker can be reached now. */
  async forget(profile: Profile, secrets: Secrets): Promise<void> {
    this.isForgetting = true
    await this.client.connect({ ...forgetting(profile), reconnect: false }, secrets)
    await this.client.attemptEnded()
    await this.client.disconnect()
  }

  private changed(status: ConnectionStatus): void {
    if (status.state !== 'online') {
      this.unpark()
      this.lane.lost()
    }
    const { next } = this
    if (next && status.state === 'online') {
      if (!this.isRenewing) void this.client.connect(next.profile, next.secrets)
      this.isRenewing = true
      return
    }
    // Until now, the status was that of the connection which discarded the session.
    if (this.isRenewing && status.state === 'connecting') {
      this.next = null
      this.isRenewing = false
    }
    const { subscriptions } = status
    if (status.state === 'online' && subscriptions.every(({ code }) => code !== null))
      this.isSubscribed = true
    this.emit('status', status)
    this.lane.pump()
  }

  // Bridging

  retainHandling(filter: string): 1 | 2 {
    return this.topics.takesRetained(filter) ? 1 : 2
  }

  taken(packetId: number): Promise<void> {
    return this.takings.get(packetId)?.taken ?? Promise.resolve()
  }

  /** Only one side is paused at a time: both could wait for acknowledgements that neither reads. */
  room(next: () => void): void {
    if (this.other.lane.isFull && !this.other.isPaused) this.parked.push(next)
    else next()
  }

  private unpark(): void {
    const { parked } = this
    this.parked = []
    for (const next of parked) next()
  }

  // Recipient

  atMostOnce(arrival: Arrival): void {
    void this.forward(arrival)
  }

  atLeastOnce(arrival: Arrival, _gate: unknown, packetId: number): void {
    this.take(arrival, packetId)
  }

  exactlyOnce(arrival: Arrival, packetId: number): void {
    this.take(arrival, packetId)
  }

  /** A message that came before is on its way, or at the other side: it must not go there again. */
  private take(arrival: Arrival, packetId: number): void {
    if (arrival.dup && this.takings.has(packetId)) return
    const taking: Taking = { taken: this.forward(arrival) }
    this.takings.set(packetId, taking)
    if (arrival.qos === 2) return
    void taking.taken.then(() => {
      if (this.takings.get(packetId) === taking) this.takings.delete(packetId)
    })
  }

  private forward(arrival: Arrival): Promise<void> {
    const routed = this.events.route(arrival)
    if (routed === null) return Promise.resolve()
    if (typeof routed !== 'string') return this.other.lane.push(routed)
    this.other.dropped(arrival, routed)
    return Promise.resolve()
  }

  released(packetId: number): void {
    this.takings.delete(packetId)
  }

  sessionLost(): void {
    this.isSubscribed = false
    this.takings.clear()
  }

  outgoing(): void {}
  noteRetained(): void {}
  forgetRetained(): void {}
  flush(): void {}

  // Destination

  carried(message: Carried): void {
    this.events.carried(message)
  }

  dropped(message: Pick<Carried, 'topic'>, cause: BridgeDrop): void {
    this.events.dropped(message, cause)
  }

  emptied(): void {
    this.other.unpark()
  }
}

/** The profile with a session that begins anew and ends with the connection (MQTT 5.0, 3.1.2.4 and 3.1.2.11.2). */
function forgetting(profile: Profile): Profile {
  return { ...profile, clean: true, sessionExpiry: 0, connect: unlimited(profile.connect), subscriptions: [] }
}
