import { randomUUID } from 'node:crypto'
import type { Duplex } from 'node:stream'
import { REASON_CODE } from '../../../shared/mqtt-codes'
import { connack } from '../codec/encode'
import { Message } from '../codec/message'
import type { Connect } from '../codec/packet'
import { PROPERTY } from '../codec/properties'
import { Refusal } from '../codec/refusal'
import type { Authenticator } from './authenticator'
import { Client, isOwn, isReserved } from './client'
import { systemClock, type Clock } from './clock'
import { Connection, type RefusalReport } from './connection'
import { GroupCommit } from './group-commit'
import { Handshake } from './handshake'
import { HookSet } from './hook-set'
import type { Hooks } from './hooks'
import { defaultLimits, type Limits } from './limits'
import { Flusher } from './output'
import type { Parts } from './parts'
import type { Holdable } from './pressure'
import { Retained } from './retained'
import type { Session } from './session'
import { Sessions } from './sessions'
import type { Store } from './store'
import { Subscriptions, type Target } from './subscriptions'
import { Traffic } from './traffic'

/** ms between two looks for clients that have been silent for too long. */
const SWEEP_EVERY = 1_000
/** Refusals that are kept for the person. */
const KEPT_REFUSALS = 50

export interface BrokerOptions {
  store?: Store | null
  clock?: Clock
  limits?: Partial<Limits>
  hooks?: Hooks
  /** By Authentication Method (MQTT 5.0, 4.12). */
  authenticators?: ReadonlyMap<string, () => Authenticator>
  /** The store failed: sessions and retained messages are in memory only from now on. */
  onStoreFailure?: (error: Error) => void
}

/** The broker's core. It does not listen on ports: `accept` takes any stream. */
export class Broker {
  readonly traffic = new Traffic()
  readonly hooks = new HookSet()
  readonly retained: Retained
  readonly subscriptions = new Subscriptions()
  readonly sessions: Sessions
  /** The last refusals, newest last. */
  readonly refusals: RefusalReport[] = []
  private readonly clientsById = new Map<string, Client>()
  private readonly connections = new Set<Connection>()
  private readonly parts: Parts
  private cancelSweep: () => void
  private isClosing = false

  constructor({
    store = null,
    clock = systemClock,
    limits,
    hooks = {},
    authenticators = new Map<string, () => Authenticator>(),
    onStoreFailure = () => undefined
  }: BrokerOptions = {}) {
    this.hooks.add(hooks)
    this.parts = {
      clock,
      limits: { ...defaultLimits, ...limits },
      hooks: this.hooks,
      authenticators,
      commit: new GroupCommit(store, clock, onStoreFailure),
      subscriptions: this.subscriptions,
      retained: (this.retained = new Retained(clock, (topic) => this.forget(topic))),
      traffic: this.traffic,
      flusher: new Flusher(clock)
    }
    this.sessions = new Sessions(this.parts, (will, clientId) => this.publishWill(will, clientId))
    this.cancelSweep = clock.after(SWEEP_EVERY, () => this.sweep())
    const kept = store?.load()
    for (const message of kept?.retained ?? []) this.retained.set(message)
    for (const session of kept?.sessions ?? []) this.sessions.restore(session)
  }

  get limits(): Limits {
    return this.parts.limits
  }

  /** Serves MQTT on a stream until it ends. An observer does not count as a subscriber: Treetop, which records everything. */
  accept(stream: Duplex, address = '', isObserver = false): Connection {
    const connection = new Connection(stream, { address, isObserver }, this.parts, {
      refused: (report) => {
        if (this.refusals.push(report) > KEPT_REFUSALS) this.refusals.shift()
      },
      ended: () => this.connections.delete(connection)
    })
    this.connections.add(connection)
    this.traffic.connections++
    connection.open(new Handshake(connection, this.parts, (...accepted) => this.connected(...accepted)))
    return connection
  }

  /** The connected clients. */
  clients(): Iterable<Client> {
    return this.clientsById.values()
  }

  get clientCount(): number {
    return this.clientsById.size
  }

  /** Connections, with those that have not sent a CONNECT. */
  get connectionCount(): number {
    return this.connections.size
  }

  /** Closes a client's connection; returns whether there is such a client. */
  kick(clientId: string): boolean {
    const client = this.clientsById.get(clientId)
    client?.connection.close(
      REASON_CODE.ADMINISTRATIVE_ACTION,
      'Disconnected by the person who runs the broker.'
    )
    return client !== undefined
  }

  /** Publishes a retained message from the broker itself. */
  announce(topic: string, payload: string): void {
    const message = Message.of(topic, Buffer.from(payload), { retain: true })
    message.receivedAt = this.parts.clock.now()
    this.retained.set(message)
    this.distribute(message, null)
  }

  /** Ends all connections and writes what is to be kept. Wills of clients that are cut off are not published. */
  close(): void {
    this.isClosing = true
    this.cancelSweep()
    for (const connection of this.connections) connection.close(REASON_CODE.SERVER_SHUTTING_DOWN)
    this.sessions.close()
    this.retained.close()
    const { commit } = this.parts
    // What waits for a commit may change more.
    while (commit.isOpen) commit.commit()
    commit.store?.close()
  }

  private connected(connection: Connection, connect: Connect, authenticationData: Buffer | null): void {
    const { limits, hooks } = this.parts
    if (connect.clientId === '') connection.clientId = this.newClientId(connect)
    const refusal =
      hooks.connect?.(connection, connect) ??
      (connect.will && isReserved(connect.will.message.topic)
        ? new Refusal(
            `A will to ${connect.will.message.topic}, a topic of the broker (4.7.2).`,
            REASON_CODE.NOT_AUTHORIZED
          )
        : null)
    if (refusal) throw refusal
    const { clientId } = connection
    const before = this.clientsById.get(clientId)
    if (!before && this.clientsById.size >= limits.clients)
      throw new Refusal(
        `${limits.clients} clients are connected, the limit of this broker.`,
        REASON_CODE.QUOTA_EXCEEDED
      )
    // [MQTT-3.1.4-3]
    before?.connection.close(
      REASON_CODE.SESSION_TAKEN_OVER,
      'Another client connected with the same client identifier.'
    )
    const { session, isPresent } = this.sessions.open(clientId, connect.cleanStart, connect.sessionExpiry)
    const keepAlive = this.keepAliveOf(connect)
    const client = new Client(connection, session, connect, keepAlive, this.parts, {
      route: (message, publisher) => this.route(message, publisher),
      left: () => this.left(client)
    })
    this.clientsById.set(clientId, client)
    this.traffic.mostClients = Math.max(this.traffic.mostClients, this.clientsById.size)
    connection.accept(client)
    session.client = client.sender
    connection.send(this.connack(connection, connect, keepAlive, isPresent, authenticationData))
    hooks.connected?.(connection)
    client.sender.resume()
  }

  private connack(
    { version, clientId }: Connection,
    connect: Connect,
    keepAlive: number,
    sessionPresent: boolean,
    authenticationData: Buffer | null
  ): Buffer {
    const { topicAliases, packetSize, receiveMaximum } = this.parts.limits
    const properties: [number, number | string | Buffer][] = [
      [PROPERTY.TOPIC_ALIAS_MAXIMUM, topicAliases],
      [PROPERTY.MAXIMUM_PACKET_SIZE, packetSize],
      [PROPERTY.RECEIVE_MAXIMUM, receiveMaximum]
    ]
    if (keepAlive !== connect.keepAlive) properties.push([PROPERTY.SERVER_KEEP_ALIVE, keepAlive])
    if (connect.clientId === '') properties.push([PROPERTY.ASSIGNED_CLIENT_ID, clientId])
    if (connect.authenticationMethod !== null) {
      properties.push([PROPERTY.AUTHENTICATION_METHOD, connect.authenticationMethod])
      if (authenticationData) properties.push([PROPERTY.AUTHENTICATION_DATA, authenticationData])
    }
    // Before MQTT 3.1.1 there was no Session Present.
    return connack(version, { sessionPresent: version !== 3 && sessionPresent, reasonCode: 0, properties })
  }

  /** A client may leave its id to the broker [MQTT-3.1.3-6], before MQTT 5 only for a clean session [MQTT-3.1.3-8 of 3.1.1]. */
  private newClientId({ version, cleanStart }: Connect): string {
    if (version === 3 || (version === 4 && !cleanStart))
      throw new Refusal(
        'The client identifier is empty, and the session is to be kept [MQTT-3.1.3-7 of 3.1.1].',
        REASON_CODE.CLIENT_IDENTIFIER_NOT_VALID
      )
    return `auto-${randomUUID()}`
  }

  /** Only MQTT 5 clients can be given another keep alive [MQTT-3.2.2-21]. */
  private keepAliveOf({ version, keepAlive }: Connect): number {
    const longest = this.parts.limits.keepAlive
    return version === 5 && (keepAlive === 0 || keepAlive > longest) ? longest : keepAlive
  }

  private left(client: Client): void {
    const { session } = client
    if (this.clientsById.get(session.clientId) === client) this.clientsById.delete(session.clientId)
    if (session.client === client.sender) this.sessions.leave(session, this.isClosing ? null : client.will)
  }

  private publishWill(will: Message, clientId: string): void {
    will.publisher = clientId
    will.receivedAt = this.parts.clock.now()
    const code = this.parts.hooks.publish?.({ clientId, username: null, address: '' }, will) ?? 0
    if (code < 0x80) this.route(will, null)
  }

  /** Keeps a retained message and sends it to all who subscribed; returns to how many, without observers. */
  private route(message: Message, publisher: Holdable | null): number {
    if (message.retain) {
      this.retained.set(message)
      const { commit } = this.parts
      if (message.payloadLength === 0) commit.store?.removeRetained(message.topic)
      else commit.store?.setRetained(message)
      if (commit.isOpen) commit.schedule()
    }
    return this.distribute(message, publisher)
  }

  /** A retained message has expired. */
  private forget(topic: string): void {
    this.parts.commit.store?.removeRetained(topic)
    this.parts.commit.schedule()
  }

  private distribute(message: Message, publisher: Holdable | null): number {
    const { targets, shares } = this.subscriptions.match(message.topic)
    let count = 0
    for (let target of targets) {
      if (target.own !== undefined && isOwn((target.subscriber as Session).clientId, message, this.hooks)) {
        if (target.own === null) continue
        target = target.own
      }
      count += this.deliver(message, target, publisher)
    }
    for (const share of shares) {
      const [subscriber, { qos, retainAsPublished, identifier }] = share.next()
      const identifiers = identifier === 0 ? null : [identifier]
      count += this.deliver(message, { subscriber, qos, retainAsPublished, identifiers }, publisher)
    }
    if (count === 0 && message.publisher !== '') this.parts.hooks.drop?.('nobody subscribed', message, null)
    return count
  }

  /** At the lower of the two QoS [MQTT-3.8.4-8]; with the retain flag only if the subscription asks for it [MQTT-3.3.1-12]. */
  private deliver(message: Message, target: Target, publisher: Holdable | null): number {
    const session = target.subscriber as Session
    session.deliver(message, {
      qos: target.qos < message.qos ? target.qos : message.qos,
      retain: message.retain && target.retainAsPublished,
      identifiers: target.identifiers
    })
    if (publisher) session.client?.pressure.hold(publisher)
    return session.client?.isObserver ? 0 : 1
  }

  /** Ends connections that were silent for one and a half times their keep alive [MQTT-3.1.2-22]. */
  private sweep(): void {
    const now = this.parts.clock.now()
    for (const { connection, keepAlive } of this.clientsById.values())
      if (keepAlive > 0 && now - connection.heardAt > keepAlive * 1_500)
        connection.close(REASON_CODE.KEEP_ALIVE_TIMEOUT, `Nothing came for ${keepAlive * 1.5} seconds.`)
    this.cancelSweep = this.parts.clock.after(SWEEP_EVERY, () => this.sweep())
  }
}
