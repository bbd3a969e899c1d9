import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Connack } from '../../shared/contract/connections'
import { unlimited, type Profile } from '../../shared/contract/profiles'
import type { RetainedFault } from '../../shared/contract/retained'
import type { MessageProperties, Qos } from '../../shared/message'
import { FIRST_FAILURE } from '../../shared/mqtt-codes'
import { PacketLog } from '../packets/log'
import { Client } from '../mqtt/client'
import type { Secrets } from '../mqtt/options'
import { republished } from '../mqtt/outgoing-properties'
import type { Arrival } from '../recorder/message'
import { nobody } from '../recorder/nobody'
import type { Recipient } from '../recorder/recorder'

/** If no retained message arrives for this long, in ms, nor before a PINGRESP after that, there are no more. */
const QUIET = 300
/** MQTT 3.1 allows client ids of up to 23 characters (3.1, "Client Identifier"). */
const SHORT_ID = 23

/** Why a probe failed or ended. */
export class ProbeError extends Error {
  constructor(readonly fault: RetainedFault) {
    super(`${fault.kind} ${JSON.stringify(fault)}`)
  }
}

/** Called with a retained message that a subscription delivered. It is valid only during the call: copy what you keep. */
export type FoundRetained = (message: Arrival) => void

/**
 * A second, short-lived client besides a profile's recorded connection, with its own client id and a session that ends with it. It
 * subscribes without "retain as published", so that only retained messages have the retain flag, not live ones.
 */
export class RetainedProbe {
  private found: FoundRetained | null = null
  private arrivals = 0
  private readonly client: Client
  private readonly accepted = Promise.withResolvers<Connack>()
  /** Rejects with a ProbeError when the connection is lost. */
  private readonly lost = Promise.withResolvers<never>()

  private constructor(
    profile: Profile,
    secrets: Secrets,
    private readonly noteRetained: Recipient['noteRetained']
  ) {
    // Prevent an unhandled rejection if nothing is waiting when the connection is lost.
    this.lost.promise.catch(() => undefined)
    this.client = new Client(visitor(profile), secrets, this.recipient(), new PacketLog(), {
      online: (connack) => this.accepted.resolve(connack),
      lost: (fault) => this.lost.reject(new ProbeError({ kind: 'connection', fault }))
    })
  }

  /** Connects. `noteRetained` is called with each topic's new state after a publish. Throws ProbeError, or the signal's reason. */
  static async open(
    profile: Profile,
    secrets: Secrets,
    noteRetained: Recipient['noteRetained'],
    signal: AbortSignal
  ): Promise<RetainedProbe> {
    const probe = new RetainedProbe(profile, secrets, noteRetained)
    try {
      probe.client.connect()
      const connack = await probe.unlessLost(probe.accepted.promise, signal)
      if (!connack.retainAvailable) throw new ProbeError({ kind: 'unavailable' })
      probe.maximumQos = connack.maximumQos
      return probe
    } catch (error) {
      await probe.end()
      throw error
    }
  }

  /** The highest QoS that the broker accepts. */
  maximumQos: Qos = 2

  /** How many messages may be in flight at once. */
  get receiveMaximum(): number {
    return this.client.receiveMaximum
  }

  /**
   * Makes the broker send its retained messages under filters, until no more arrive or, if `wanted` is given, all of those have arrived.
   * A message may arrive twice. Throws ProbeError, or the signal's reason.
   */
  async collect(
    filters: readonly string[],
    qos: Qos,
    found: FoundRetained,
    signal: AbortSignal,
    wanted?: ReadonlySet<string>
  ): Promise<void> {
    const missing = new Set(wanted)
    const each = (work: (filter: string) => Promise<void>): Promise<void> =>
      this.unlessLost(Promise.all(filters.map(work)), signal).then(() => undefined, rethrow)
    const all = Promise.withResolvers<true>()
    this.found = (message) => {
      found(message)
      if (missing.delete(message.topic) && missing.size === 0) all.resolve(true)
    }
    await each((filter) => this.ask(filter, qos))
    for (let before = -1; before !== this.arrivals;) {
      before = this.arrivals
      const quiet = sleep(QUIET, null, { ref: false }).then(() => this.client.ping())
      if (await this.unlessLost(Promise.race([quiet, all.promise]), signal)) break
    }
    this.found = null
    // If the broker refuses, the subscription ends with the session.
    await each((filter) => this.client.unsubscribe(filter).then(() => undefined))
  }

  /** Publishes a retained message; an empty one clears. Throws ProbeError if the connection is lost, and what Client.publish throws. */
  async retain(
    topic: string,
    payload: Buffer,
    qos: Qos,
    properties: MessageProperties | null = null
  ): Promise<void> {
    await this.unlessLost(
      this.client.publish(topic, payload, qos, true, properties && republished(properties))
    )
  }

  async end(): Promise<void> {
    this.found = null
    await this.client.end()
  }

  private async ask(filter: string, qos: Qos): Promise<void> {
    const { code, reasonString } = await this.client.subscribe({ filter, qos, retainAsPublished: false })
    if (code !== null && code >= FIRST_FAILURE)
      throw new ProbeError({ kind: 'subscribe', version: this.client.version, code, reasonString })
  }

  private async unlessLost<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
    // Abandoned work fails later, when the connection ends. Prevent an unhandled rejection.
    work.catch(() => undefined)
    if (!signal) return Promise.race([work, this.lost.promise])
    signal.throwIfAborted()
    const aborted = Promise.withResolvers<never>()
    const abort = (): void => aborted.reject(signal.reason as Error)
    signal.addEventListener('abort', abort, { once: true })
    try {
      return await Promise.race([work, this.lost.promise, aborted.promise])
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }

  private recipient(): Recipient {
    const take = (arrival: Arrival): void => {
      if (!arrival.retain || arrival.payload.length === 0) return
      this.arrivals++
      this.found?.(arrival)
    }
    return {
      ...nobody,
      atMostOnce: take,
      atLeastOnce: take,
      exactlyOnce: take,
      noteRetained: this.noteRetained
    }
  }
}

/** If a connection ends before an answer, MQTT.js throws its own errors. Converts those to ProbeError. */
function rethrow(error: unknown): never {
  if (error instanceof ProbeError || (error instanceof Error && error.name === 'AbortError')) throw error
  throw new ProbeError({ kind: 'connection', fault: { kind: 'closed', beforeConnack: false } })
}

/**
 * Returns the profile with another client id, without a will or limits of what it receives, and with a session that ends with the
 * connection.
 */
function visitor(profile: Profile): Profile {
  const { clientId, version } = profile
  const suffix = `-r${randomBytes(2).toString('hex')}`
  const kept = version === 3 ? clientId.slice(0, SHORT_ID - suffix.length) : clientId
  // If the broker assigns client ids, it assigns this client another one.
  return {
    ...profile,
    clientId: kept && kept + suffix,
    clean: true,
    sessionExpiry: 0,
    will: null,
    connect: unlimited(profile.connect)
  }
}

/** Identifies a broker by its address and user name. */
export function addressOf({ protocol, host, port, path, username }: Profile): string {
  return JSON.stringify([protocol, host, port, path, username])
}
