import type { CallInput, CallOutput } from '../../../shared/contract'
import {
  SLOW_TO_ACKNOWLEDGE,
  type ClientFilter,
  type ClientRow,
  type ClientSort
} from '../../../shared/contract/broker-clients'
import type { Broker } from '../core/broker'
import type { Client } from '../core/client'
import type { Clock } from '../core/clock'
import { NEVER, type Session } from '../core/session'
import { ClientRates, countsOf } from './client-rates'
import type { EventLog } from './event-log'
import type { Traces } from './traces'

/** What a list is sorted by. */
type Key = string | number | boolean | null

/** Connected and absent clients as rows. A list asks of each client only for what it is sorted by; rows are made for its window. */
export class ClientTable {
  private readonly rates: ClientRates

  constructor(
    private readonly broker: Broker,
    private readonly clock: Clock,
    private readonly events: EventLog,
    private readonly traces: Traces
  ) {
    this.rates = new ClientRates(broker)
  }

  list({
    text,
    state,
    sort,
    descending,
    offset,
    limit
  }: CallInput<'clients.list'>): CallOutput<'clients.list'> {
    this.rates.update(this.clock.now())
    const needle = text.toLowerCase()
    const found: { session: Session; client: Client | undefined; key: Key }[] = []
    for (const session of this.broker.sessions.all()) {
      const client = this.broker.client(session.clientId)
      if (!this.isIn(state, session, client)) continue
      if (needle !== '' && !this.contains(session, client, needle)) continue
      found.push({ session, client, key: this.keyOf(sort, session, client) })
    }
    const sign = descending ? -1 : 1
    found.sort((a, b) => compared(a.key, b.key, sign) || compared(a.session.clientId, b.session.clientId, 1))
    const rows = found.slice(offset, offset + limit).map(({ session, client }) => this.rowOf(session, client))
    return { total: found.length, rows }
  }

  /** null: there is no such client or session. */
  row(clientId: string): ClientRow | null {
    const session = this.broker.sessions.find(clientId)
    if (!session) return null
    this.rates.update(this.clock.now())
    return this.rowOf(session, this.broker.client(clientId))
  }

  private isIn(filter: ClientFilter, session: Session, client: Client | undefined): boolean {
    switch (filter) {
      case 'all':
        return true
      case 'connected':
        return client !== undefined
      case 'absent':
        return client === undefined
      case 'waiting':
        return (session.queue?.waitingCount ?? 0) > 0
      case 'slow':
        return (client?.sender.isSlow ?? false) || this.isSlowToAcknowledge(session, client)
    }
  }

  /** A client that sleeps answers when it wakes up. */
  private isSlowToAcknowledge(session: Session, client: Client | undefined): boolean {
    const since = unacknowledgedSince(session)
    if (!client || client.connection.isAsleep || since === null) return false
    return this.clock.now() - since > SLOW_TO_ACKNOWLEDGE
  }

  private contains({ clientId }: Session, client: Client | undefined, needle: string): boolean {
    const { address = '', username = null } = client?.connection ?? {}
    return [clientId, address, username ?? ''].some((each) => each.toLowerCase().includes(needle))
  }

  /** null: not known, or there is none. */
  private keyOf(sort: ClientSort, session: Session, client: Client | undefined): Key {
    const { connection } = client ?? {}
    switch (sort) {
      case 'id':
        return session.clientId
      case 'connected':
        return client !== undefined
      case 'version':
        return connection?.version ?? null
      case 'address':
        return connection?.address ?? null
      case 'listener':
        return connection?.listener ? `${connection.listener.kind} ${connection.listener.port}` : null
      case 'username':
        return connection?.username ?? null
      case 'keepAlive':
        return client?.keepAlive ?? null
      case 'since':
        return sinceOf(session, client)
      case 'expiresAt':
        return expiresAt(session)
      case 'subscriptions':
        return session.places?.size ?? 0
      case 'waiting':
        return session.queue?.waitingCount ?? 0
      case 'waitingBytes':
        return session.queuedBytes
      case 'inFlight':
        return session.queue?.inFlightCount ?? 0
      case 'received':
        return client?.receivedCount ?? null
      case 'sent':
        return client?.sender.sentCount ?? null
      case 'rateIn':
        return (client && this.rates.of(client)?.received) ?? null
      case 'rateOut':
        return (client && this.rates.of(client)?.sent) ?? null
      case 'unacknowledgedSince':
        return unacknowledgedSince(session)
    }
  }

  private rowOf(session: Session, client: Client | undefined): ClientRow {
    const { clientId, expiry, queue } = session
    const rates = client && this.rates.of(client)
    return {
      id: clientId,
      connected: client !== undefined,
      own: client?.sender.isObserver ?? false,
      isBridge: client !== undefined && client.connection.isObserver && !client.sender.isObserver,
      asleep: client?.connection.isAsleep ?? false,
      ...(client ? originOf(client) : this.lastOriginOf(clientId)),
      since: sinceOf(session, client),
      sessionExpiry: expiry === NEVER ? null : expiry,
      expiresAt: expiresAt(session),
      subscriptions: session.places?.size ?? 0,
      waiting: queue?.waitingCount ?? 0,
      waitingBytes: session.queuedBytes,
      inFlight: queue?.inFlightCount ?? 0,
      ...(client ? countsOf(client) : { received: 0, sent: 0, acknowledged: 0 }),
      rateIn: rates?.received ?? null,
      rateOut: rates?.sent ?? null,
      rateAcknowledged: rates?.acknowledged ?? null,
      unacknowledgedSince: unacknowledgedSince(session),
      slow: client?.sender.isSlow ?? false,
      slowToAcknowledge: this.isSlowToAcknowledge(session, client),
      traced: this.traces.has(clientId),
      fighting: this.events.fights.of(clientId, this.clock.now()) !== null
    }
  }

  /** As far as the event history goes back. */
  private lastOriginOf(clientId: string): Origin {
    const event = this.events.lastConnected(clientId)
    if (!event) return { version: null, address: null, listener: null, username: null, keepAlive: null }
    const { version, address, listener, username, keepAlive } = event
    return { version, address, listener, username, keepAlive }
  }
}

type Origin = Pick<ClientRow, 'version' | 'address' | 'listener' | 'username' | 'keepAlive'>

function originOf({ connection, keepAlive }: Client): Origin {
  const { version, address, listener = null, username } = connection
  return { version, address, listener, username, keepAlive }
}

function sinceOf(session: Session, client: Client | undefined): number {
  return client?.connectedAt ?? session.disconnectedAt ?? 0
}

function expiresAt({ disconnectedAt, expiry }: Session): number | null {
  return disconnectedAt === null || expiry === NEVER ? null : disconnectedAt + expiry * 1_000
}

/** Messages are in flight in the order in which they were sent. */
function unacknowledgedSince({ queue }: Session): number | null {
  return queue?.oldestInFlight?.sentAt || null
}

/** Orders two keys; what is not known comes last in both directions. */
function compared(a: Key, b: Key, sign: 1 | -1): number {
  if (a === b) return 0
  if (a === null) return 1
  if (b === null) return -1
  return a < b ? -sign : sign
}
