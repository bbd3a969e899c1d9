import type { CallOutput, CallsOf } from '../../../shared/contract'
import type { ClientConnect, QueueRow, SubscriptionRow } from '../../../shared/contract/broker-clients'
import { AppError } from '../../../shared/errors'
import { Pacer } from '../../pacer'
import type { SubscriptionOptions } from '../codec/packet'
import type { Broker } from '../core/broker'
import type { Client } from '../core/client'
import type { Clock } from '../core/clock'
import { packetIdOf, type Delivery } from '../core/outgoing'
import { NEVER, type Replay, type Session } from '../core/session'
import type { ClientTable } from './client-table'
import type { EventLog } from './event-log'
import { propertiesOf, viewOf } from './message-view'
import { windowOf } from './searches'

/** ms of work on a queue before others get their turn. */
const SLICE = 4
/** Maximum Packet Size of a CONNECT without one (MQTT 5.0, 3.1.2.11.4). */
const NO_LIMIT = 0xffffffff

/** Calls about clients, connected and absent. */
export function clientCalls(
  broker: Broker,
  clock: Clock,
  table: ClientTable,
  events: EventLog
): CallsOf<'broker', 'clients'> {
  const find = (clientId: string): Session => {
    const session = broker.sessions.find(clientId)
    if (!session) throw new AppError('NOT_FOUND', { what: 'client', id: clientId })
    return session
  }
  return {
    'clients.list': (input) => table.list(input),
    'clients.get': ({ clientId }) => {
      const row = table.row(clientId)
      const client = broker.client(clientId)
      const fight = events.fights.of(clientId, clock.now())
      return row && { row, connect: client ? connectOf(client) : null, fight }
    },
    'clients.subscriptions': ({ clientId, offset, limit }) => {
      const session = find(clientId)
      const rows = windowOf(session.subscriptions(), offset, limit).map(({ filter, options }) =>
        subscriptionRow(filter, options)
      )
      return { total: session.places?.size ?? 0, rows }
    },
    'clients.subscribe': async ({ clientId, filter, identifier, ...options }) => {
      const session = find(clientId)
      const replay = session.subscribe(filter, { ...options, identifier: identifier ?? 0 })
      broker.commitSoon()
      if (replay) await deliver(replay, session)
    },
    'clients.unsubscribe': ({ clientId, filter }) => {
      if (!find(clientId).unsubscribe(filter))
        throw new AppError('NOT_FOUND', { what: 'subscription', id: filter })
      broker.commitSoon()
    },
    'clients.queue': ({ clientId, offset, limit }) => queueOf(find(clientId), offset, limit, clock.now()),
    'clients.dropQueued': ({ clientId, numbers }) => ({ dropped: find(clientId).discard(numbers) }),
    'clients.events': ({ clientId, before, limit }) => events.read(clientId, before, limit)
  }
}

/** Sends retained messages to a client, or has them wait in the session of an absent one. */
async function deliver(replay: Replay, session: Session): Promise<void> {
  const pacer = new Pacer(SLICE)
  for (;;) {
    // Once the client is back, it takes the rest as it has room.
    if (session.client) return session.client.replay(replay)
    const next = replay.next()
    if (next.done) return
    session.deliver(next.value.message, next.value.options)
    await pacer.yieldIfDue()
  }
}

export function subscriptionRow(filter: string, options: SubscriptionOptions): SubscriptionRow {
  return { filter, ...options, identifier: options.identifier || null }
}

function queueOf(
  { queue, queuedBytes }: Session,
  offset: number,
  limit: number,
  now: number
): CallOutput<'clients.queue'> {
  if (!queue) return { inFlight: 0, waiting: 0, waitingBytes: 0, rows: [] }
  const { inFlightCount: inFlight, waitingCount: waiting } = queue
  const sent = windowOf(queue.unacknowledged(), offset, limit).map((each) => rowOf(each, true, now))
  const rest = windowOf(queue.waitingFrom(Math.max(0, offset - inFlight)), 0, limit - sent.length)
  return {
    inFlight,
    waiting,
    waitingBytes: queuedBytes,
    rows: [...sent, ...rest.map((each) => rowOf(each, false, now))]
  }
}

function rowOf(delivery: Delivery, isSent: boolean, now: number): QueueRow {
  const { number, message, qos, retain, dup, sentAt } = delivery
  return {
    number,
    stage: !isSent ? 'waiting' : qos === 1 ? 'PUBACK' : message === null ? 'PUBCOMP' : 'PUBREC',
    packetId: packetIdOf(delivery),
    qos,
    retain,
    // Once a message is sent, the core marks that the next time will be a repetition.
    dup: dup && !isSent,
    sentAt: sentAt || null,
    message: message && viewOf(message, now)
  }
}

function connectOf({ connect, will: left }: Client): ClientConnect {
  const {
    password,
    authenticationData,
    sessionExpiry,
    maximumPacketSize,
    will,
    type: _type,
    ...rest
  } = connect
  return {
    ...rest,
    password: password !== null,
    authenticationData: authenticationData !== null,
    sessionExpiry: sessionExpiry === NEVER ? null : sessionExpiry,
    maximumPacketSize: maximumPacketSize === NO_LIMIT ? null : maximumPacketSize,
    will: will && {
      topic: will.message.topic,
      payload: new Uint8Array(will.message.payload),
      qos: will.message.qos,
      retain: will.message.retain,
      delay: will.delay,
      properties: propertiesOf(will.message),
      discarded: left === null
    }
  }
}
