import { z } from 'zod'
import { Qos } from '../message'
import { call } from './define'
import { MqttVersion, Subscription } from './profiles'

/** A subscription and what the broker said of it. */
export const SubscriptionState = z.object({
  filter: z.string(),
  requested: Qos,
  /** The SUBACK's own code: 0 to 2 granted, 0x80 and above refused; null until it came. */
  code: z.number().int().nullable(),
  reasonString: z.string().nullable()
})
export type SubscriptionState = z.infer<typeof SubscriptionState>

/** Why a connection is not online. */
export const ConnectionFault = z.discriminatedUnion('kind', [
  /** CONNACK refused: a return code (3.1, 3.1.1) or a reason code (5). */
  z.object({
    kind: z.literal('connack'),
    version: MqttVersion,
    code: z.number().int(),
    reasonString: z.string().nullable()
  }),
  /** The broker sent DISCONNECT (MQTT 5). */
  z.object({ kind: z.literal('disconnect'), code: z.number().int(), reasonString: z.string().nullable() }),
  /** The network said no: ECONNREFUSED, ENOTFOUND, ETIMEDOUT, a TLS code, an HTTP status on ws. */
  z.object({ kind: z.literal('network'), code: z.string(), message: z.string() }),
  /** No CONNACK within the connect timeout (ms). */
  z.object({ kind: z.literal('timeout'), milliseconds: z.number() }),
  /** The broker closed the connection without a word; `beforeConnack` when it did so in place of a CONNACK. */
  z.object({ kind: z.literal('closed'), beforeConnack: z.boolean() }),
  /** The broker sent what the client could not read. */
  z.object({ kind: z.literal('protocol'), message: z.string() }),
  /** The connection's worker ended. */
  z.object({ kind: z.literal('crashed'), message: z.string() })
])
export type ConnectionFault = z.infer<typeof ConnectionFault>

/** What the last CONNACK said. */
export const Connack = z.object({
  sessionPresent: z.boolean(),
  /** Client id in use; assigned by the broker when the profile left it empty (MQTT 5). */
  clientId: z.string(),
  /** Seconds; the server's when it overrides the profile's (MQTT 5). */
  keepAlive: z.number(),
  /** Limits the broker announced; null where it said nothing. */
  maximumPacketSize: z.number().nullable(),
  maximumQos: Qos,
  retainAvailable: z.boolean(),
  reasonString: z.string().nullable()
})
export type Connack = z.infer<typeof Connack>

/** Why messages are not being recorded. */
export const RecordingFault = z.object({
  /** The disk is full; another process holds the file; it may not be written; it is damaged; a newer Treetop made it; something else. */
  kind: z.enum(['full', 'locked', 'unwritable', 'damaged', 'newer', 'other']),
  /** The file system's or SQLite's own words. */
  reason: z.string()
})
export type RecordingFault = z.infer<typeof RecordingFault>

export const ConnectionState = z.enum(['connecting', 'online', 'reconnecting', 'offline', 'failed'])
export type ConnectionState = z.infer<typeof ConnectionState>

export const ConnectionStatus = z.object({
  /** The profile's id: one open connection a profile. */
  id: z.string(),
  name: z.string(),
  /** `host:port`. */
  address: z.string(),
  version: MqttVersion,
  state: ConnectionState,
  /** ms since 1970 UTC when the state began. */
  since: z.number(),
  /** Failed tries since the last CONNACK that accepted. */
  attempts: z.number().int(),
  /** ms since 1970 UTC of the next try; null when none is due. */
  retryAt: z.number().nullable(),
  fault: ConnectionFault.nullable(),
  connack: Connack.nullable(),
  subscriptions: z.array(SubscriptionState),
  /** Messages that a kept session had queued and that came right after this CONNACK. */
  queued: z.number().int(),
  /** Why messages are not being recorded; null when they are. */
  recordingFault: RecordingFault.nullable(),
  /** Counts up with each worker that serves the connection: the views of one end with it. */
  generation: z.number().int(),
  /** Where a damaged history was moved before a new one was begun. */
  setAside: z.string().nullable()
})
export type ConnectionStatus = z.infer<typeof ConnectionStatus>

/** The status of a connection that was not connected yet. */
export function neverConnected(id: string, generation: number): ConnectionStatus {
  return {
    id,
    name: '',
    address: '',
    version: 5,
    state: 'offline',
    since: Date.now(),
    attempts: 0,
    retryAt: null,
    fault: null,
    connack: null,
    subscriptions: [],
    queued: 0,
    recordingFault: null,
    generation,
    setAside: null
  }
}

/** Figures of an open connection, once a second. */
export const ConnectionStats = z.object({
  id: z.string(),
  /** Incoming messages a second. */
  rate: z.number(),
  /** Topics with at least one message, and messages kept. */
  topics: z.number().int(),
  messages: z.number().int(),
  /** Id of the newest incoming message; ids ascend one by one. 0: none. */
  newestId: z.number().int(),
  /** Since the connection was opened. */
  received: z.number().int(),
  sent: z.number().int(),
  unrecorded: z.number().int(),
  /** The share of a large history's topics that has been read, 0 to 1; null when all are in the tree. */
  loading: z.number().nullable(),
  /** Size of the history on disk, bytes. */
  historyBytes: z.number().int()
})
export type ConnectionStats = z.infer<typeof ConnectionStats>

const ConnectionId = z.object({ id: z.string() })

export const connectionCalls = {
  'connections.list': call('main', z.void(), z.array(ConnectionStatus)),
  /** Opens the profile's tab if need be, and connects. Answers at once; progress comes as `connections.changed`. */
  'connections.open': call('main', ConnectionId, ConnectionStatus),
  /** Ends the MQTT connection and keeps the tab, with its tree and history. */
  'connections.disconnect': call('main', ConnectionId, ConnectionStatus),
  /** Disconnects and closes the tab. */
  'connections.close': call('main', ConnectionId, z.void()),
  /** Subscribes now and keeps the filter for reconnects of this tab. Answers with the SUBACK's word. */
  'connections.subscribe': call(
    'connection',
    z.object({ connectionId: z.string(), subscription: Subscription }),
    SubscriptionState
  ),
  /** Throws NOT_CONNECTED, UNSUBSCRIBE_REFUSED; the subscription stays then. */
  'connections.unsubscribe': call(
    'connection',
    z.object({ connectionId: z.string(), filter: z.string() }),
    z.void()
  )
}

export const connectionEvents = {
  'connections.changed': ConnectionStatus,
  'connections.closed': ConnectionId,
  /** A connection's worker ended unasked, and another took its place. */
  'connections.restarted': ConnectionId.extend({ name: z.string(), message: z.string() }),
  'connections.stats': ConnectionStats
}
