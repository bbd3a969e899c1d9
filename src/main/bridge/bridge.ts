import { EventEmitter } from 'node:events'
import { BridgeDrop, type BridgeRule, type BridgeStatus } from '../../shared/contract/bridge'
import type { ConnectionStatus } from '../../shared/contract/connections'
import { defaultProfile, unlimited, type Profile } from '../../shared/contract/profiles'
import { bridgeClientId, IDENTITY_TOPIC } from '../../shared/bridge-id'
import { InTurn } from '../../shared/in-turn'
import { connackRefusesVersion } from '../../shared/mqtt-codes'
import { topicFault } from '../../shared/topic'
import type { Carried } from '../mqtt/bridging'
import type { Secrets } from '../mqtt/options'
import type { Arrival } from '../recorder/message'
import { addressId, passed, passing } from './origin'
import { Side, type SideEvents } from './side'
import { canEcho, TopicMap, type SideName } from '../../shared/topic-map'

/** Seconds that both brokers keep a bridge's session, and its messages, while it is away: a week. */
const SESSION_EXPIRY = 604_800
/** Changes are told at most this often, in ms. */
const TELL_EVERY = 100

/** A bridge that is on. */
export interface BridgeConfig {
  id: string
  /** Of this Treetop's broker. */
  brokerId: string
  rules: BridgeRule[]
  profile: Profile
  secrets: Secrets
  /** Where the local broker takes Treetop's own connections. */
  pipe: string
  /** What both brokers keep for the bridge is discarded first. */
  isFresh: boolean
}

/** What the local broker must know of a bridge, so that messages do not go round (broker/bridge-peers.ts). */
export interface BridgePeer {
  id: string
  addressId: string
  remoteId: string | null
  out: string[]
}

export interface BridgeEvents {
  changed: [BridgeStatus]
  /** The sessions of an earlier use are gone, and those of this one are begun. */
  begun: []
}

/**
 * Carries messages between the local broker and another one. The local side is connected only while the remote one is: meanwhile the
 * messages wait in the local broker's session, within its limits.
 */
export class Bridge extends EventEmitter<BridgeEvents> {
  private readonly remote: Side
  private readonly local: Side
  private readonly counts = { in: { messages: 0, bytes: 0 }, out: { messages: 0, bytes: 0 } }
  private readonly drops = Object.fromEntries(
    BridgeDrop.options.map((cause) => [cause, 0])
  ) as BridgeStatus['dropped']
  private lastDrop: BridgeStatus['lastDrop'] = null
  /** The id of the remote broker, if it is a Treetop's. */
  private remoteId: string | null = null
  private readonly addressId: string
  private readonly outFilters: string[]
  private isFresh: boolean
  private isStopped = false
  private hasLocal = false
  private timer: NodeJS.Timeout | null = null
  private readonly turns = new InTurn()

  constructor(private readonly config: BridgeConfig) {
    super()
    const { id, rules, brokerId, profile } = config
    this.isFresh = config.isFresh
    this.addressId = addressId(brokerId, profile)
    const [remote, local] = [new TopicMap('remote', rules), new TopicMap('local', rules)]
    this.outFilters = local.subscriptions.map(({ filter }) => filter)
    this.remote = new Side(id, remote, this.eventsOf('remote', remote))
    this.local = new Side(id, local, this.eventsOf('local', local))
    this.remote.other = this.local
    this.local.other = this.remote
    this.remote.on('status', (status) => this.remoteIs(status))
    this.local.on('status', () => this.localIs())
  }

  get status(): BridgeStatus {
    const { counts, drops, lastDrop } = this
    const { id, brokerId } = this.config
    return {
      id,
      clientId: bridgeClientId(brokerId, id),
      state: this.state,
      remote: this.remote.status,
      local: this.hasLocal ? this.local.status : null,
      in: { ...counts.in },
      out: { ...counts.out },
      dropped: { ...drops },
      lastDrop
    }
  }

  get id(): string {
    return this.config.id
  }

  get peer(): BridgePeer {
    const { addressId, remoteId } = this
    const out = this.state === 'online' ? this.outFilters : []
    return { id: this.config.id, addressId, remoteId, out }
  }

  async start(): Promise<void> {
    await this.remote.connect(this.remoteProfile(), this.config.secrets, this.isFresh)
  }

  /** Ends both connections. `forgets`: both brokers discard what they keep for the bridge, if they can be reached. */
  async stop(forgets: boolean): Promise<void> {
    this.isStopped = true
    if (this.timer) clearTimeout(this.timer)
    const wasOnline = this.remote.isOnline
    await this.turns.run(() => Promise.all([this.remote.disconnect(), this.local.disconnect()]))
    if (!forgets) return
    await Promise.all([
      wasOnline && this.remote.forget(this.remoteProfile(), this.config.secrets),
      this.local.forget(this.localProfile(), this.localSecrets)
    ])
  }

  private get state(): BridgeStatus['state'] {
    for (const { status } of this.hasLocal ? [this.remote, this.local] : [this.remote])
      if (status.state === 'failed' || status.state === 'reconnecting') return status.state
    return this.remote.isOnline && this.local.isOnline ? 'online' : 'connecting'
  }

  private remoteIs({ state, fault }: ConnectionStatus): void {
    const { remote, local } = this
    if (this.isStopped) return
    // A broker that does not know the bridge bit takes it for an unknown version. It is needed only against a loop.
    const isUnknown = fault?.kind === 'connack' && connackRefusesVersion(fault.version, fault.code)
    const { rules, profile } = this.config
    if (
      state === 'failed' &&
      isUnknown &&
      profile.version !== 5 &&
      remote.usesBridgeBit &&
      !canEcho('remote', rules)
    ) {
      remote.usesBridgeBit = false
      void this.start()
    }
    const shouldConnect = state === 'online'
    void this.turns.run(async () => {
      if (this.isStopped || shouldConnect === this.hasLocal) return
      this.hasLocal = shouldConnect
      if (shouldConnect) await local.connect(this.localProfile(), this.localSecrets, this.isFresh)
      else await local.disconnect()
    })
    this.tellSoon()
  }

  private localIs(): void {
    if (this.isFresh && this.local.isSubscribed && this.remote.isSubscribed) {
      this.isFresh = false
      this.emit('begun')
    }
    this.tellSoon()
  }

  private eventsOf(from: SideName, topics: TopicMap): SideEvents {
    const into = from === 'remote' ? 'out' : 'in'
    return {
      route: (arrival) => this.route(from, topics, arrival),
      carried: ({ payload }) => {
        this.counts[into].messages++
        this.counts[into].bytes += payload.length
        this.tellSoon()
      },
      dropped: ({ topic }, cause) => {
        this.drops[cause] = (this.drops[cause] ?? 0) + 1
        this.lastDrop = { at: Date.now(), direction: into, topic, cause }
        this.tellSoon()
      }
    }
  }

  private route(from: SideName, topics: TopicMap, arrival: Arrival): Carried | BridgeDrop | null {
    const { topic, payload, properties } = arrival
    if (from === 'remote' && topic === IDENTITY_TOPIC) {
      this.identified(payload.toString())
      return null
    }
    const mapped = topics.map(topic)
    if (!mapped) return null
    const remote = [this.addressId, ...(this.remoteId === null ? [] : [this.remoteId])]
    const { brokerId } = this.config
    const [there, here] = from === 'remote' ? [[brokerId], remote] : [remote, [brokerId]]
    if (passed(properties).some((broker) => there.includes(broker))) return 'loop'
    if (topicFault(mapped.topic) !== null) return 'topicInvalid'
    return {
      topic: mapped.topic,
      payload,
      qos: arrival.qos,
      retain: arrival.retain && mapped.retain,
      properties: passing(properties, here)
    }
  }

  private identified(id: string): void {
    if (!/^[0-9a-f]{8}$/.test(id)) return
    this.remoteId = id
    this.tellSoon()
  }

  private tellSoon(): void {
    if (this.isStopped) return
    this.timer ??= setTimeout(() => {
      this.timer = null
      this.emit('changed', this.status)
    }, TELL_EVERY)
  }

  private remoteProfile(): Profile {
    const { id, brokerId, profile } = this.config
    const session = { clean: false, sessionExpiry: SESSION_EXPIRY, reconnect: true, will: null }
    const connect = unlimited(profile.connect)
    return { ...profile, ...session, connect, clientId: bridgeClientId(brokerId, id) }
  }

  private localProfile(): Profile {
    const { id, brokerId } = this.config
    const clientId = bridgeClientId(brokerId, id)
    return {
      ...defaultProfile(clientId),
      id,
      name: clientId,
      host: 'localhost',
      clean: false,
      sessionExpiry: SESSION_EXPIRY,
      reconnectPeriod: 0.5,
      secrets: { password: null, key: null }
    }
  }

  private get localSecrets(): Secrets {
    return { password: null, key: null, pipe: this.config.pipe }
  }
}
