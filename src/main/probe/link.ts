import { Socket } from 'node:net'
import type { IClientOptions, IConnackPacket, IPublishPacket, MqttClient } from 'mqtt'
import type { ConnectionFault } from '../../shared/contract/connections'
import { unlimited, type MqttVersion, type Profile } from '../../shared/contract/profiles'
import type { Qos } from '../../shared/message'
import { FIRST_FAILURE } from '../../shared/mqtt-codes'
import { faultOf } from '../mqtt/faults'
import { openClient } from '../mqtt/open-client'
import type { Secrets } from '../mqtt/options'
import {
  publishReply,
  subscribeReply,
  type PublishOptions,
  type Reply,
  type SubscribeOptions
} from './replies'
import type { Trace } from './trace'

/** A connection that receives more than this many bytes, or messages, is ended. */
const MAX_RECEIVED_BYTES = 32_000_000
const MAX_RECEIVED_MESSAGES = 20_000
/** ms within which DISCONNECT must be written. */
const END_TIMEOUT = 1_000

/** Why a connection was not accepted, or how it ended. */
export class LinkClosed extends Error {
  constructor(readonly fault: ConnectionFault) {
    super(`${fault.kind} ${JSON.stringify(fault)}`)
  }
}

/** How a connection differs from the profile's. */
export interface LinkOptions {
  version: MqttVersion
  clientId: string
  /** false: the session is kept (before MQTT 5), or resumed (MQTT 5). */
  clean?: boolean
  /** Seconds; MQTT 5. */
  sessionExpiry?: number
  /** Seconds. */
  keepAlive?: number
  will?: { topic: string; payload: string; qos: Qos }
}

/** A message below the probe's own topic. */
interface Arrival {
  topic: string
  payload: string
  size: number
  packet: IPublishPacket
  /** By `performance.now()`. */
  at: number
}

/**
 * One network connection of one item. Every wait ends with LinkClosed when the connection ends, and with the reason of the item's signal
 * when that aborts.
 */
export class Link {
  /** The messages below the own topic, in the order of their arrival. */
  readonly messages: Arrival[] = []
  /** How many other messages came. */
  others = 0
  connack: IConnackPacket | null = null
  private fault: ConnectionFault | null = null
  private receivedBytes = 0
  private readonly client: MqttClient
  private readonly closed = Promise.withResolvers<never>()
  private readonly waiting = new Set<() => void>()

  private constructor(
    private readonly profile: Profile,
    readonly options: LinkOptions,
    private readonly root: string,
    private readonly trace: Trace,
    private readonly signal: AbortSignal,
    secrets: Secrets,
    more: Partial<IClientOptions>
  ) {
    // Prevent an unhandled rejection if nothing is waiting when the connection ends.
    this.closed.promise.catch(() => undefined)
    trace.connecting()
    this.client = openClient(profile, secrets, more)
    this.listen()
  }

  /** Connects. Throws LinkClosed if the broker does not accept the connection. */
  static async open(
    { profile, secrets, root }: { profile: Profile; secrets: Secrets; root: string },
    options: LinkOptions,
    trace: Trace,
    signal: AbortSignal
  ): Promise<Link> {
    const { version, clientId, clean = true, sessionExpiry = 0, keepAlive = profile.keepAlive } = options
    const connect = unlimited(profile.connect)
    const own = { ...profile, version, clientId, clean, sessionExpiry, connect, keepAlive, will: null }
    if (options.will) requireOwn(options.will.topic, root)
    const will = options.will && {
      will: { ...options.will, payload: Buffer.from(options.will.payload), retain: false }
    }
    const link = new Link(own, options, root, trace, signal, secrets, { ...will })
    try {
      link.connect()
      await link.until(() => link.connack !== null)
      return link
    } catch (error) {
      await link.end()
      throw error
    }
  }

  get version(): MqttVersion {
    return this.options.version
  }

  /** Subscribes to one filter. */
  subscribe(filter: string, options: SubscribeOptions): Promise<Reply> {
    return this.wait(subscribeReply(this.client, filter, options))
  }

  /** Publishes below the own topic, and waits for PUBACK or PUBCOMP; at QoS 0, until it is written. */
  publish(topic: string, payload: string | Buffer, options: PublishOptions): Promise<Reply> {
    const isAlias = topic === '' && options.properties?.topicAlias !== undefined
    if (!isAlias) requireOwn(topic, this.root)
    return this.wait(publishReply(this.client, topic, payload, options))
  }

  /** Resolves with true as soon as the condition holds; it is checked at every packet. With a patience (ms), false after that. */
  async until(condition: () => boolean, patience?: number): Promise<boolean> {
    if (condition()) return true
    const done = Promise.withResolvers<boolean>()
    const check = (): void => void (condition() && done.resolve(true))
    // If the thread had no CPU meanwhile, packets may have come that it has not read yet: timers come before sockets.
    const decide = (): void => void setImmediate(() => done.resolve(condition()))
    const late = patience === undefined ? null : setTimeout(decide, patience)
    this.waiting.add(check)
    try {
      return await this.wait(done.promise)
    } finally {
      this.waiting.delete(check)
      if (late) clearTimeout(late)
    }
  }

  /** Waits for PINGRESP, behind everything the broker sent before. */
  async ping(): Promise<void> {
    let answered = false
    const heard = (packet: { cmd: string }): void => {
      if (packet.cmd !== 'pingresp') return
      answered = true
      this.check()
    }
    this.client.on('packetreceive', heard)
    try {
      if (this.client.connected) this.client.sendPing()
      await this.until(() => answered)
    } finally {
      this.client.off('packetreceive', heard)
    }
  }

  /** Ends the connection with DISCONNECT, if it is still open. */
  async end(): Promise<void> {
    // Without a socket, MQTT.js's `end` would fail.
    if (!(this.client.stream as MqttClient['stream'] | undefined)) return
    await new Promise<void>((resolve) => {
      const late = setTimeout(() => {
        this.drop()
        resolve()
      }, END_TIMEOUT)
      this.client.end(!this.client.connected, () => {
        clearTimeout(late)
        resolve()
      })
    })
  }

  /** Cuts the connection off without DISCONNECT. */
  drop(): void {
    this.client.stream.destroy()
  }

  private connect(): void {
    try {
      this.client.connect()
      const { stream } = this.client
      // Nagle's algorithm would add up to 40 ms to what is measured.
      if (stream instanceof Socket) stream.setNoDelay(true)
      // MQTT.js drops errors without a code, such as a WebSocket request that is refused.
      stream.on('error', (error: Error) => this.failed(error))
    } catch (error) {
      // An unreadable certificate or key throws before there is a socket.
      this.failed(error as Error)
      this.ended()
    }
  }

  private listen(): void {
    const { client, trace } = this
    client.on('packetsend', (packet) => trace.sent(packet))
    client.on('packetreceive', (packet) => {
      const isOthers = packet.cmd === 'publish' && !this.isOwn(packet)
      trace.received(packet, isOthers)
      this.receivedBytes += packet.length ?? 0
      if (isOthers) this.others++
      if (packet.cmd === 'connack') this.refused(packet)
      if (this.receivedBytes > MAX_RECEIVED_BYTES || this.others > MAX_RECEIVED_MESSAGES)
        client.stream.destroy()
      this.check()
    })
    client.on('connect', (packet) => {
      this.connack = packet
      this.check()
    })
    client.on('message', (topic, payload, packet) => {
      if (!topic.startsWith(`${this.root}/`)) return
      const { length: size } = payload
      const text = payload.toString('utf8', 0, 100)
      this.messages.push({ topic, payload: text, size, packet, at: performance.now() })
      this.check()
    })
    client.on('disconnect', ({ reasonCode, properties }) => {
      const reasonString = properties?.reasonString ?? null
      this.fault = { kind: 'disconnect', code: reasonCode ?? 0, reasonString }
    })
    client.on('error', (error) => {
      this.failed(error)
      // MQTT.js continues reading after bytes that it could not parse.
      if (this.fault?.kind === 'protocol') client.stream.destroy()
    })
    client.on('close', () => this.ended())
  }

  /** A message with an alias instead of its topic belongs to a topic that came before. */
  private isOwn({ topic }: IPublishPacket): boolean {
    return topic === '' || topic.startsWith(`${this.root}/`)
  }

  private check(): void {
    for (const each of this.waiting) each()
  }

  /** Notes why the connection fails; the first error counts. */
  private failed(error: Error): void {
    this.fault ??= faultOf(error, this.profile, this.connack !== null)
  }

  /** Notes a refusal in the CONNACK; MQTT.js's own error omits the reason string. */
  private refused(packet: IConnackPacket): void {
    const code = (this.version === 5 ? packet.reasonCode : packet.returnCode) ?? 0
    if (code === 0) return
    const version = this.version === 5 && code < FIRST_FAILURE ? 4 : this.version
    this.fault = { kind: 'connack', version, code, reasonString: packet.properties?.reasonString ?? null }
  }

  private ended(): void {
    this.fault ??= { kind: 'closed', beforeConnack: this.connack === null }
    if (!this.client.disconnecting) this.trace.closed(this.fault.kind === 'network' ? this.fault.code : '')
    this.closed.reject(new LinkClosed(this.fault))
  }

  private async wait<T>(work: Promise<T>): Promise<T> {
    const { signal } = this
    // MQTT.js rejects what waits for an answer just before it reports that the connection ended.
    const answered = work.catch(async (error: unknown) => {
      if (!this.client.connected || this.client.stream.destroyed) await this.closed.promise
      // The connection is up: the broker's answer is one that MQTT.js does not accept.
      throw new LinkClosed({ kind: 'protocol', message: (error as Error).message })
    })
    // Abandoned work fails later, when the connection ends. Prevent an unhandled rejection.
    answered.catch(() => undefined)
    signal.throwIfAborted()
    const aborted = Promise.withResolvers<never>()
    const abort = (): void => aborted.reject(signal.reason as Error)
    signal.addEventListener('abort', abort, { once: true })
    try {
      return await Promise.race([answered, this.closed.promise, aborted.promise])
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }
}

/** A probe must not publish to anybody else's topic. */
function requireOwn(topic: string, root: string): void {
  if (!topic.startsWith(`${root}/`)) throw new Error(`A probe publishes below ${root} only, not to ${topic}.`)
}
