import type { Duplex } from 'node:stream'
import { FIRST_FAILURE, REASON_CODE } from '../../../shared/mqtt-codes'
import { Message } from '../codec/message'
import type { Connect } from '../codec/packet'
import { Refusal } from '../codec/refusal'
import type { Authenticator } from './authenticator'
import { Client, isReserved } from './client'
import { newClientId } from './client-id'
import { systemClock, type Clock } from './clock'
import { connackFor, keepAliveFor } from './connack'
import { Connection } from './connection'
import { GroupCommit } from './group-commit'
import { Handshake } from './handshake'
import { HookSet } from './hook-set'
import type { Asker, Hooks, ListenerPlace } from './hooks'
import type { Link } from './link'
import { defaultLimits, type Limits } from './limits'
import { Flusher } from './output'
import { Backlog } from './outgoing'
import type { Parts } from './parts'
import type { Holdable } from './pressure'
import type { RefusalReport } from './refusal-report'
import { checkLevels, hasRoom } from './quota'
import { Retained } from './retained'
import { isOwn, type Session } from './session'
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
  /** By Authentication Method (MQTT 5.0, 4.12). Methods may come and go while the broker runs. */
  authenticators?: ReadonlyMap<string, () => Authenticator>
  /** The store failed: sessions and retained messages are in memory only from now on. */
  onStoreFailure?: (error: Error) => void
}

/** The broker's core. It does not listen on ports: `accept` takes any stream. */
export class Broker {
  readonly traffic = new Traffic()
  readonly backlog = new Backlog()
  readonly hooks = new HookSet()
  readonly retained: Retained
  readonly subscriptions = new Subscriptions()
  readonly sessions: Sessions
  /** The last refusals, newest last. */
  readonly refusals: RefusalReport[] = []
  /** Makes the link of each new connection; null: nobody stands between. */
  linker: ((connection: Connection) => Link | undefined) | null = null
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
      backlog: this.backlog,
      flusher: new Flusher(clock)
    }
    this.sessions = new Sessions(this.parts, (will, from) => this.publishWill(will, from))
    this.cancelSweep = clock.after(SWEEP_EVERY, () => this.sweep())
    const kept = store?.load()
    for (const message of kept?.retained ?? []) this.retained.set(message)
    for (const session of kept?.sessions ?? []) this.sessions.restore(session)
  }

  get limits(): Limits {
    return this.parts.limits
  }

  /** Serves MQTT on a stream until it ends. An observer does not count as a subscriber: Treetop, which records everything. */
  accept(stream: Duplex, address = '', isObserver = false, listener?: ListenerPlace): Connection {
    const connection = new Connection(stream, { address, isObserver, listener }, this.parts, {
      refused: (report) => this.report(report),
      ended: () => this.connections.delete(connection)
    })
    this.connections.add(connection)
    this.traffic.connections++
    connection.link = this.linker?.(connection)
    connection.open(new Handshake(connection, this.parts, (...accepted) => this.connected(...accepted)))
    return connection
  }

  /** All connections, with those that have not sent a CONNECT. */
  get openConnections(): ReadonlySet<Connection> {
    return this.connections
  }

  /** Keeps a refusal for the person. */
  report(refusal: RefusalReport): void {
    if (this.refusals.push(refusal) > KEPT_REFUSALS) this.refusals.shift()
  }

  /** The connected clients. */
  clients(): Iterable<Client> {
    return this.clientsById.values()
  }

  /** The connected client with this id. */
  client(clientId: string): Client | undefined {
    return this.clientsById.get(clientId)
  }

  get clientCount(): number {
    return this.clientsById.size
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

  /** Publishes a message that comes from no client; returns to how many it goes. A `publisher` is held back while they catch up. */
  publish(message: Message, publisher: Holdable | null = null): number {
    return this.route(message, publisher)
  }

  /** Has changes written that were made to sessions from outside. */
  commitSoon(): void {
    const { commit } = this.parts
    if (commit.isOpen) commit.schedule()
  }

  /** Keeps a retained message in place of its topic's former one, without sending it to anybody. */
  retain(message: Message): void {
    this.retained.set(message)
    const { commit } = this.parts
    if (message.payloadLength === 0) commit.store?.removeRetained(message.topic)
    else commit.store?.setRetained(message)
    this.commitSoon()
  }

  /** Publishes a retained message from the broker itself, which is not kept over restarts. */
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
    if (connect.clientId === '') connection.clientId = newClientId(connect)
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
    if (!this.sessions.find(clientId) && this.sessions.count >= limits.sessions)
      throw new Refusal(`The broker has ${limits.sessions} sessions, its limit.`, REASON_CODE.QUOTA_EXCEEDED)
    if (connect.will) checkLevels(connect.will.message.topic, limits, REASON_CODE.TOPIC_NAME_INVALID)
    // [MQTT-3.1.4-3]
    before?.connection.close(
      REASON_CODE.SESSION_TAKEN_OVER,
      'Another client connected with the same client identifier.',
      connection
    )
    const { session, start } = this.sessions.open(clientId, connect.cleanStart, connect.sessionExpiry)
    const keepAlive = keepAliveFor(connect, limits)
    const client = new Client(connection, session, connect, keepAlive, this.parts, {
      route: (message, publisher) => this.route(message, publisher),
      left: () => this.left(client)
    })
    this.clientsById.set(clientId, client)
    this.traffic.mostClients = Math.max(this.traffic.mostClients, this.clientsById.size)
    connection.accept(client)
    session.client = client.sender
    const isPresent = start === 'resumed'
    connection.send(connackFor(connection, connect, { keepAlive, isPresent, authenticationData }, limits))
    hooks.connected?.(connection, connect, keepAlive, start)
    client.sender.resume()
  }

  private left(client: Client): void {
    const { session, connection } = client
    if (this.clientsById.get(session.clientId) === client) this.clientsById.delete(session.clientId)
    if (session.client !== client.sender) return
    const will = client.will && { ...client.will, from: connection }
    this.sessions.leave(session, this.isClosing ? null : will)
  }

  private publishWill(will: Message, from: Asker): void {
    will.publisher = from.clientId
    will.receivedAt = this.parts.clock.now()
    const code = this.parts.hooks.publish?.(from, will) ?? 0
    if (code < FIRST_FAILURE) this.route(will, null)
  }

  /** Keeps a retained message and sends it to all who subscribed; returns to how many, without observers. */
  private route(message: Message, publisher: Holdable | null): number {
    if (message.retain && hasRoom(message, this.retained, this.limits)) this.retain(message)
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
    if (count === 0 && message.publisher !== '') {
      this.traffic.drops['nobody subscribed']++
      this.parts.hooks.drop?.('nobody subscribed', message, null)
    }
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
      if (keepAlive > 0 && !connection.isAsleep && now - connection.heardAt > keepAlive * 1_500)
        connection.close(REASON_CODE.KEEP_ALIVE_TIMEOUT, `Nothing came for ${keepAlive * 1.5} seconds.`)
    this.cancelSweep = this.parts.clock.after(SWEEP_EVERY, () => this.sweep())
  }
}
