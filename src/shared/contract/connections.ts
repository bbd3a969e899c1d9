import { z } from 'zod'
import { TemplateFault } from './template-fault'
import { escapeTemplate } from '../is-template'
import { Qos } from '../message'
import { call } from './define'
import { CheckedSubscription, MqttVersion, SubscriptionOptions, type Subscription } from './profiles'
import { SubscriptionLook } from './subscription-look'

/** A subscription and the broker's answer to it. */
export const SubscriptionState = z.object({
  ...SubscriptionOptions.shape,
  ...SubscriptionLook.shape,
  filter: z.string(),
  /** The profile's text that the filter was made of; absent: it has no variables, or was not made of one. */
  template: z.string().optional(),
  requested: Qos,
  /** The SUBACK's code: 0 to 2 granted, 0x80 and above refused; null until the SUBACK arrives. */
  code: z.number().int().nullable(),
  reasonString: z.string().nullable()
})
export type SubscriptionState = z.infer<typeof SubscriptionState>

/** The UNSUBACK: its reason code (MQTT 5.0, 3.11.3), null before MQTT 5. */
export const Unsuback = z.object({ code: z.number().nullable(), reasonString: z.string().nullable() })
export type Unsuback = z.infer<typeof Unsuback>

/** A subscription of a connection, with the profile's text that its filter was made of. */
export type LiveSubscription = Subscription & Pick<SubscriptionState, 'template'>

/** What was subscribed. */
export function subscriptionOf({
  requested,
  code: _code,
  reasonString: _reason,
  ...subscription
}: SubscriptionState): LiveSubscription {
  return { ...subscription, qos: requested }
}

/** What a profile says to have a subscription of this filter. */
export function profileFilter({ template, filter }: Pick<LiveSubscription, 'template' | 'filter'>): string {
  return template ?? escapeTemplate(filter)
}

/** What a profile says to have the subscription. */
export function inProfile({ template, filter, ...rest }: LiveSubscription): Subscription {
  return { ...rest, filter: profileFilter({ filter, ...(template !== undefined && { template }) }) }
}

/**
 * Why a proxy did not connect to the broker: it cannot be reached; it does not answer in time; it refuses the login, or demands one; it
 * forbids this broker; it cannot reach the broker; it refuses for another reason; it closed the connection; it is no proxy of this kind.
 */
export const ProxyProblem = z.enum([
  'unreachable',
  'silent',
  'login',
  'forbidden',
  'broker',
  'refused',
  'closed',
  'notProxy'
])
export type ProxyProblem = z.infer<typeof ProxyProblem>

/**
 * Why signing in by SCRAM ended: the broker's message is malformed; it asks for too few or too many iterations; it did not prove that it
 * knows the password; SASLprep forbids the user name or the password.
 */
export const ScramProblem = z.enum(['malformed', 'iterations', 'signature', 'saslprep'])
export type ScramProblem = z.infer<typeof ScramProblem>

/** Why a connection is not online. */
export const ConnectionFault = z.discriminatedUnion('kind', [
  /** CONNACK refused the connection: a return code (3.1, 3.1.1) or a reason code (5). */
  z.object({
    kind: z.literal('connack'),
    version: MqttVersion,
    code: z.number().int(),
    reasonString: z.string().nullable()
  }),
  /** The broker sent DISCONNECT (MQTT 5). */
  z.object({ kind: z.literal('disconnect'), code: z.number().int(), reasonString: z.string().nullable() }),
  /** Network error: ECONNREFUSED, ENOTFOUND, ETIMEDOUT, a TLS code, an HTTP status on ws. */
  z.object({ kind: z.literal('network'), code: z.string(), message: z.string() }),
  /** `proxy`: its `host:port`. `message`: what it answered, or the error of the network. */
  z.object({ kind: z.literal('proxy'), problem: ProxyProblem, proxy: z.string(), message: z.string() }),
  z.object({ kind: z.literal('scram'), problem: ScramProblem, message: z.string() }),
  /** Nothing was tried: what a variable in a field of the profile stands for is missing, or does not fit. */
  z.object({ kind: z.literal('variables'), fault: TemplateFault }),
  /** No CONNACK within the connect timeout (ms). */
  z.object({ kind: z.literal('timeout'), milliseconds: z.number() }),
  /** The broker closed the connection without a reason; `beforeConnack`: instead of sending a CONNACK. */
  z.object({ kind: z.literal('closed'), beforeConnack: z.boolean() }),
  /** The broker sent data that the client could not parse. */
  z.object({ kind: z.literal('protocol'), message: z.string() }),
  /** The connection's worker ended. */
  z.object({ kind: z.literal('crashed'), message: z.string() })
])
export type ConnectionFault = z.infer<typeof ConnectionFault>

/** The content of the last CONNACK. */
export const Connack = z.object({
  sessionPresent: z.boolean(),
  /** Client id in use; assigned by the broker if the profile leaves it empty (MQTT 5). */
  clientId: z.string(),
  /** Seconds; the server's value if it overrides the profile's (MQTT 5). */
  keepAlive: z.number(),
  /** Limits announced by the broker; null: not announced. */
  maximumPacketSize: z.number().nullable(),
  maximumQos: Qos,
  retainAvailable: z.boolean(),
  /** Largest topic alias that it accepts; 0: none (MQTT 5.0, 3.2.2.3.8). */
  topicAliasMaximum: z.number(),
  /** How many QoS 1 and 2 messages may be unacknowledged at once (MQTT 5.0, 3.2.2.3.3). */
  receiveMaximum: z.number(),
  subscriptionIdentifiers: z.boolean(),
  /** The basis for response topics, if the profile requests it (MQTT 5.0, 3.2.2.3.15). */
  responseInformation: z.string().nullable(),
  reasonString: z.string().nullable()
})
export type Connack = z.infer<typeof Connack>

/** Why messages are not being recorded. */
export const RecordingFault = z.object({
  /** The disk is full; another process has locked the file; it is not writable; it is damaged; a newer Treetop made it; any other cause. */
  kind: z.enum(['full', 'locked', 'unwritable', 'damaged', 'newer', 'other']),
  /** The message of the file system or of SQLite. */
  reason: z.string()
})
export type RecordingFault = z.infer<typeof RecordingFault>

export const ConnectionState = z.enum(['connecting', 'online', 'reconnecting', 'offline', 'failed'])
export type ConnectionState = z.infer<typeof ConnectionState>

export const ConnectionStatus = z.object({
  /** The profile's id: a profile has at most one open connection. */
  id: z.string(),
  name: z.string(),
  /** `host:port`. */
  address: z.string(),
  version: MqttVersion,
  state: ConnectionState,
  /** When the state began, in ms since 1970 UTC. */
  since: z.number(),
  /** Failed attempts since the last accepting CONNACK. */
  attempts: z.number().int(),
  /** Time of the next attempt, in ms since 1970 UTC; null: none is scheduled. */
  retryAt: z.number().nullable(),
  fault: ConnectionFault.nullable(),
  connack: Connack.nullable(),
  subscriptions: z.array(SubscriptionState),
  /** Messages queued by a persistent session and delivered right after this CONNACK. */
  queued: z.number().int(),
  /** Why messages are not being recorded; null: they are. */
  recordingFault: RecordingFault.nullable(),
  /** Increases with each worker that serves the connection. A worker's views end with it. */
  generation: z.number().int(),
  /** Where a damaged history was moved before a new one was started. */
  setAside: z.string().nullable()
})
export type ConnectionStatus = z.infer<typeof ConnectionStatus>

/** The status of a connection that has never been connected. */
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

/** Statistics of an open connection, sent once a second. */
export const ConnectionStats = z.object({
  id: z.string(),
  /** Incoming messages per second. */
  rate: z.number(),
  /** Topics with at least one message, and stored messages. */
  topics: z.number().int(),
  messages: z.number().int(),
  /** Id of the newest incoming message; ids ascend one by one. 0: none. */
  newestId: z.number().int(),
  /** Messages since the connection was opened. */
  received: z.number().int(),
  sent: z.number().int(),
  unrecorded: z.number().int(),
  /** Share of a large history's topics read so far, 0 to 1; null: all are in the tree. */
  loading: z.number().nullable(),
  /** Size of the history on disk, bytes. */
  historyBytes: z.number().int()
})
export type ConnectionStats = z.infer<typeof ConnectionStats>

const ConnectionId = z.object({ id: z.string() })

export const connectionCalls = {
  'connections.list': call('main', z.void(), z.array(ConnectionStatus)),
  /** Opens the profile's tab if needed, and connects. Returns at once; `connections.changed` reports progress. */
  'connections.open': call('main', ConnectionId, ConnectionStatus),
  /** Ends the MQTT connection. The tab stays, with its tree and history. */
  'connections.disconnect': call('main', ConnectionId, ConnectionStatus),
  /** Disconnects and closes the tab. */
  'connections.close': call('main', ConnectionId, z.void()),
  /** Subscribes now, and again when this tab reconnects. Returns the SUBACK's answer. */
  'connections.subscribe': call(
    'connection',
    z.object({ connectionId: z.string(), subscription: CheckedSubscription }),
    SubscriptionState
  ),
  /** Throws NOT_CONNECTED, UNSUBSCRIBE_REFUSED; the subscription then stays. */
  'connections.unsubscribe': call(
    'connection',
    z.object({ connectionId: z.string(), filter: z.string() }),
    Unsuback
  ),
  /** Changes colour and alias of a subscription in place, without a packet. Does nothing if it has ended. */
  'connections.setLook': call(
    'connection',
    z.object({ connectionId: z.string(), filter: z.string(), look: SubscriptionLook }),
    z.void()
  )
}

export const connectionEvents = {
  'connections.changed': ConnectionStatus,
  'connections.closed': ConnectionId,
  /** A connection's worker crashed, and a new one replaced it. */
  'connections.restarted': ConnectionId.extend({ name: z.string(), message: z.string() }),
  'connections.stats': ConnectionStats
}
