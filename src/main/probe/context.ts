import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { IConnackPacket, IClientPublishOptions } from 'mqtt'
import type { ConnectionFault } from '../../shared/contract/connections'
import type { ProbeItemId, ProbeSheet } from '../../shared/contract/probe'
import type { MqttVersion, Profile } from '../../shared/contract/profiles'
import type { Secrets } from '../mqtt/options'
import type { Found } from './finding'
import { Link, LinkClosed, type LinkOptions } from './link'
import type { Reply } from './replies'
import { Trace } from './trace'

/** Pauses before another attempt to reach a broker that accepted a connection before, in ms. */
const RETRIES = [250, 1_000, 2_000]
/** Bytes of topics and payloads that one probe sends at most. */
const MAX_SENT_BYTES = 24_000_000
/** Retained messages expire by themselves after this many seconds (MQTT 5), should the probe not be able to clear them. */
const RETAINED_EXPIRY = 600
/** MQTT 3.1 allows client ids of up to 23 characters (3.1, "Client Identifier"). */
const SHORT_ID = 23
/** Range of the wait for a message that may not come, in ms. */
const PATIENCE = { least: 500, most: 3_000, roundTrips: 20 }

/** What a probe connects to. */
export interface Place {
  profile: Profile
  secrets: Secrets
}

/** One thing to find out. */
export interface Check {
  id: ProbeItemId
  /** Only MQTT 5 has it. */
  version5?: true
  /** Items that must be supported. */
  needs?: readonly ProbeItemId[]
  /** ms; the default is `ITEM_LIMIT` of the runner. */
  limit?: number
  /** Throws LinkClosed if the broker ends a connection over it, LimitReached, BrokerLost. */
  run(context: CheckContext): Promise<Found>
}

/** The item's time or the probe's bytes are used up. */
export class LimitReached extends Error {}

/** The broker, which accepted a connection before, does not accept another. */
export class BrokerLost extends Error {
  constructor(readonly fault: ConnectionFault) {
    super(`${fault.kind} ${JSON.stringify(fault)}`)
  }
}

/** What checks share: the broker, its own topic, connections, what was found out so far, and what must be cleared. */
export class CheckContext {
  /** Everything is published below this topic. */
  readonly root = `treetop/probe/${randomBytes(5).toString('hex')}`
  readonly traffic: ProbeSheet['traffic'] = { connections: 0, sent: 0, received: 0, bytes: 0 }
  /** The versions that the broker accepts. */
  readonly versions = new Set<MqttVersion>()
  /** The properties of the CONNACK of MQTT 5; empty before. */
  announced: NonNullable<IConnackPacket['properties']> = {}
  /** The items that are supported. */
  readonly works = new Set<ProbeItemId>()
  /** How long to wait for a message that may not come, in ms. */
  patience = PATIENCE.most
  trace = new Trace(this.traffic)
  private signal: AbortSignal = AbortSignal.abort()
  private readonly links: Link[] = []
  private readonly retained = new Set<string>()
  private readonly sessions = new Set<string>()
  private readonly run = randomBytes(2).toString('hex')
  private ids = 0

  constructor(private readonly place: Place) {}

  /** The highest version that the broker accepts. */
  get version(): MqttVersion {
    return this.versions.has(5) ? 5 : this.versions.has(4) ? 4 : 3
  }

  /** The QoS with which a message is acknowledged, if there is one. */
  get qos(): 0 | 1 {
    return this.works.has('qos1') ? 1 : 0
  }

  topic(name: string): string {
    return `${this.root}/${name}`
  }

  /** Starts an item. `signal` ends it. */
  begin(signal: AbortSignal): void {
    this.signal = signal
    this.trace = new Trace(this.traffic)
  }

  /** Ends an item's connections. */
  async finish(): Promise<void> {
    await Promise.all(this.links.splice(0).map((link) => link.end()))
  }

  /** Connects with special options. Throws LinkClosed if the broker does not accept them. */
  async openOnce(options: Partial<LinkOptions>): Promise<Link> {
    const version = options.version ?? this.version
    const wish = { clientId: this.newId(version), ...options, version }
    const link = await Link.open({ ...this.place, root: this.root }, wish, this.trace, this.signal)
    this.links.push(link)
    return link
  }

  /** Connects as usual, with some patience. Throws BrokerLost. */
  async open(): Promise<Link> {
    for (let tried = 0; ; tried++) {
      try {
        return await this.openOnce({})
      } catch (error) {
        if (!(error instanceof LinkClosed)) throw error
        const pause = RETRIES[tried]
        if (pause === undefined) throw new BrokerLost(error.fault)
        await this.pause(pause)
      }
    }
  }

  /** Makes sure that the broker still accepts connections; this is no evidence of the item. Throws BrokerLost. */
  async reach(): Promise<void> {
    const { trace } = this
    this.trace = new Trace(this.traffic)
    await (await this.open()).end()
    this.trace = trace
  }

  /** Waits; throws the signal's reason when the item ends before that. */
  async pause(milliseconds: number): Promise<void> {
    const { signal } = this
    await sleep(milliseconds, null, { signal }).catch(() => signal.throwIfAborted())
  }

  /** Learns from a message's round trip (ms) how long to wait for others. */
  measured(roundTrip: number): void {
    const { least, most, roundTrips } = PATIENCE
    this.patience = Math.min(most, Math.max(least, roundTrip * roundTrips))
  }

  /** Throws LimitReached if this many bytes more are too many. */
  spend(bytes: number): void {
    if (this.traffic.bytes + bytes > MAX_SENT_BYTES) throw new LimitReached()
  }

  /** Publishes a retained message, which `clear` or `sweep` removes. */
  async retain(
    link: Link,
    topic: string,
    properties: NonNullable<IClientPublishOptions['properties']> = {}
  ): Promise<Reply> {
    this.retained.add(topic)
    const expiring = { messageExpiryInterval: RETAINED_EXPIRY, ...properties }
    return link.publish(topic, 'kept', { qos: this.qos, retain: true, properties: expiring })
  }

  /** Clears a retained message. Returns whether it is gone: before MQTT 5, a broker cannot say that it refuses. */
  async clear(link: Link, topic: string): Promise<boolean> {
    await link.publish(topic, '', { qos: this.qos, retain: true })
    // At QoS 0, only the answer to a later packet tells that it arrived.
    if (this.qos === 0) await link.ping()
    return !(await this.isRetained(topic))
  }

  /** Whether a topic has a retained message. A live message, which comes after it, tells when there is none. */
  async isRetained(topic: string): Promise<boolean> {
    const link = await this.open()
    await link.subscribe(topic, { qos: this.qos })
    await link.publish(topic, 'live', { qos: this.qos })
    const isTold = await link.until(
      () => link.messages.some(({ payload }) => payload === 'live'),
      this.patience
    )
    const isKept = link.messages.some(({ packet }) => packet.retain)
    if (isTold && !isKept) this.retained.delete(topic)
    return isKept
  }

  /** A client id for a session that outlives its connection, which `forget` or `sweep` ends. */
  keptId(): string {
    const id = this.newId(this.version)
    this.sessions.add(id)
    return id
  }

  /** Ends a kept session (3.1.1, 3.1.2.4; 5.0, 3.1.2.4). */
  async forget(clientId: string): Promise<void> {
    await (await this.openOnce({ clientId })).end()
    this.sessions.delete(clientId)
  }

  /** Clears what is left of all items, within the signal's time. Returns what it could not clear. */
  async sweep(signal: AbortSignal): Promise<ProbeSheet['left']> {
    this.begin(signal)
    try {
      const link = this.retained.size + this.sessions.size > 0 ? await this.open() : null
      for (const clientId of this.sessions) await this.forget(clientId)
      for (const topic of [...this.retained]) await this.clear(link!, topic)
    } catch {
      // What is still listed is left behind, whatever the reason.
    }
    await this.finish()
    return { topics: [...this.retained], sessions: [...this.sessions] }
  }

  private newId(version: MqttVersion): string {
    const suffix = `-p${this.run}${(this.ids++).toString(36)}`
    const { clientId } = this.place.profile
    const kept = clientId === '' ? 'treetop' : clientId
    return (version === 3 ? kept.slice(0, SHORT_ID - suffix.length) : kept) + suffix
  }
}
