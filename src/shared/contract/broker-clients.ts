import { z } from 'zod'
import { Bytes, MessageProperties, Qos } from '../message'
import { ListenerKind } from './broker'
import { call } from './define'
import { TopicFilter } from './filter'
import { MqttVersion } from './profiles'

/** Which rows of a list are asked for. */
export const Page = z.object({ offset: z.int().min(0), limit: z.int().min(0).max(1_000) })

/** Where a client connected. `pipe`: Treetop's own connection. */
const ClientListener = z.object({ kind: z.enum([...ListenerKind.options, 'pipe']), port: z.int() })

/** ms after which a connected client that has not acknowledged a message is slow to acknowledge. */
export const SLOW_TO_ACKNOWLEDGE = 5_000

/** Clients that take an id from each other, because each connects again when the other one does. */
export const Fight = z.object({
  clientId: z.string(),
  /** Their addresses without ports: two, or one if they are on the same computer. */
  addresses: z.array(z.string()),
  /** How often the id was taken over within the last minute. */
  takeovers: z.int(),
  /** ms since 1970 UTC. */
  lastAt: z.number()
})
export type Fight = z.infer<typeof Fight>

/** A client that is connected, or whose session is kept. */
export const ClientRow = z.object({
  id: z.string(),
  connected: z.boolean(),
  /** It is Treetop's own connection, which does not count as a subscriber. */
  own: z.boolean(),
  /** It is a bridge of this Treetop. */
  isBridge: z.boolean(),
  /** An MQTT-SN client that sleeps: what is for it waits. */
  asleep: z.boolean(),
  /** Of its connection, or of its last one as far as the event history knows; null: not known. */
  version: MqttVersion.nullable(),
  address: z.string().nullable(),
  listener: ClientListener.nullable(),
  username: z.string().nullable(),
  /** Seconds, as the broker granted it; 0: off. */
  keepAlive: z.int().nullable(),
  /** When it connected, or was disconnected, in ms since 1970 UTC. */
  since: z.number(),
  /** Seconds that its session outlives the connection; null: for ever. */
  sessionExpiry: z.int().nullable(),
  /** When the session of an absent client ends, in ms since 1970 UTC; null: never, or it is connected. */
  expiresAt: z.number().nullable(),
  subscriptions: z.int(),
  /** QoS 1 and 2 messages that wait to be sent, their bytes, and those without their last acknowledgement. */
  waiting: z.int(),
  waitingBytes: z.int(),
  inFlight: z.int(),
  /** Messages from and to the client since it connected, and how many of those it has acknowledged. */
  received: z.int(),
  sent: z.int(),
  acknowledged: z.int(),
  /** The same per second; null: not known yet, ask again in a second. */
  rateIn: z.number().nullable(),
  rateOut: z.number().nullable(),
  rateAcknowledged: z.number().nullable(),
  /** When the oldest message without its last acknowledgement was sent, in ms since 1970 UTC; null: there is none. */
  unacknowledgedSince: z.number().nullable(),
  /** It does not read what it is sent: QoS 0 messages to it are dropped. */
  slow: z.boolean(),
  /** Its oldest message without acknowledgement is older than SLOW_TO_ACKNOWLEDGE. */
  slowToAcknowledge: z.boolean(),
  traced: z.boolean(),
  fighting: z.boolean()
})
export type ClientRow = z.infer<typeof ClientRow>

export const ClientSort = z.enum([
  'id',
  'connected',
  'version',
  'address',
  'listener',
  'username',
  'keepAlive',
  'since',
  'expiresAt',
  'subscriptions',
  'waiting',
  'waitingBytes',
  'inFlight',
  'received',
  'sent',
  'rateIn',
  'rateOut',
  'unacknowledgedSince'
])
export type ClientSort = z.infer<typeof ClientSort>

/** Which clients a list has: all of them, those with messages that wait to be sent, those that are slow in either way. */
export const ClientFilter = z.enum(['all', 'connected', 'absent', 'waiting', 'slow'])
export type ClientFilter = z.infer<typeof ClientFilter>

/** A client's CONNECT. Values that it left out are the ones that the specification then gives them. */
export const ClientConnect = z.object({
  version: MqttVersion,
  /** Empty: the broker assigned one. */
  clientId: z.string(),
  cleanStart: z.boolean(),
  /** Seconds, as asked for. */
  keepAlive: z.int(),
  username: z.string().nullable(),
  /** Whether they were given. What they are is never shown. */
  password: z.boolean(),
  authenticationData: z.boolean(),
  authenticationMethod: z.string().nullable(),
  /** Seconds; null: for ever. */
  sessionExpiry: z.int().nullable(),
  receiveMaximum: z.int(),
  /** Bytes; null: no limit. */
  maximumPacketSize: z.int().nullable(),
  topicAliasMaximum: z.int(),
  requestProblemInformation: z.boolean(),
  requestResponseInformation: z.boolean(),
  userProperties: z.array(z.tuple([z.string(), z.string()])),
  will: z
    .object({
      topic: z.string(),
      payload: Bytes,
      qos: Qos,
      retain: z.boolean(),
      /** Seconds. */
      delay: z.int(),
      properties: MessageProperties.nullable(),
      /** The client said goodbye, or it was published: it will not be any more. */
      discarded: z.boolean()
    })
    .nullable()
})
export type ClientConnect = z.infer<typeof ClientConnect>

export const SubscriptionRow = z.object({
  filter: z.string(),
  qos: Qos,
  noLocal: z.boolean(),
  retainAsPublished: z.boolean(),
  /** 0: send retained messages; 1: only if the subscription is new; 2: never. */
  retainHandling: z.union([z.literal(0), z.literal(1), z.literal(2)]),
  /** Subscription Identifier. */
  identifier: z.int().min(1).max(268_435_455).nullable()
})
export type SubscriptionRow = z.infer<typeof SubscriptionRow>

/** A QoS 1 or 2 message on its way to a client. */
export const QueueRow = z.object({
  /** Names it among the messages of its session. */
  number: z.int(),
  /** It waits to be sent, or was sent and this packet is missing from the client. */
  stage: z.enum(['waiting', 'PUBACK', 'PUBREC', 'PUBCOMP']),
  packetId: z.int(),
  qos: z.union([z.literal(1), z.literal(2)]),
  retain: z.boolean(),
  /** It was sent before, on an earlier connection. */
  dup: z.boolean(),
  /** ms since 1970 UTC; null: not by this broker since it started. */
  sentAt: z.number().nullable(),
  /** null: its bytes are not kept any more, because it will not be sent again. */
  message: z
    .object({
      topic: z.string(),
      publisher: z.string(),
      /** ms since 1970 UTC. */
      receivedAt: z.number(),
      /** Seconds until it expires; null: never. */
      expiresIn: z.int().nullable(),
      /** Payload length in bytes. */
      size: z.int(),
      preview: z.string(),
      binary: z.boolean(),
      cut: z.boolean()
    })
    .nullable()
})
export type QueueRow = z.infer<typeof QueueRow>

/** Why a connection ended. */
export const DisconnectCause = z.enum([
  /** The client's DISCONNECT. */
  'client',
  /** The connection broke, or the client closed it without a DISCONNECT. */
  'network',
  'keepAlive',
  'takenOver',
  'kicked',
  'shutdown',
  /** The broker ended it because of what the client sent, or a fault. */
  'error'
])
export type DisconnectCause = z.infer<typeof DisconnectCause>

const EventHead = z.object({
  /** Ascending in the order of time. */
  id: z.int(),
  /** ms since 1970 UTC. */
  at: z.number(),
  clientId: z.string()
})
const Where = z.object({ address: z.string(), listener: ClientListener.nullable() })

/** What happened to a client id. */
export const EventDetails = z.discriminatedUnion('kind', [
  Where.extend({
    kind: z.literal('connected'),
    version: MqttVersion,
    username: z.string().nullable(),
    keepAlive: z.int(),
    /** A new session, the one from before, or a new one in place of that. */
    session: z.enum(['new', 'resumed', 'cleaned'])
  }),
  z.object({
    kind: z.literal('disconnected'),
    address: z.string(),
    cause: DisconnectCause,
    /** A reason code of MQTT 5; null: there is none. */
    code: z.int().nullable(),
    reason: z.string(),
    /** `takenOver`: address of the client that connected with the same id. */
    other: z.string().nullable()
  }),
  /** Its CONNECT was refused. */
  Where.extend({ kind: z.literal('refused'), code: z.int(), reason: z.string() }),
  /** Its session ended because it stayed away for too long. */
  z.object({ kind: z.literal('expired') }),
  z.object({ kind: z.literal('fight'), addresses: z.array(z.string()) })
])
export type EventDetails = z.infer<typeof EventDetails>
export const ClientEvent = z.intersection(EventHead, EventDetails)
export type ClientEvent = z.infer<typeof ClientEvent>

const ClientId = z.object({ clientId: z.string() })

export const clientCalls = {
  /** Cheap enough for every second. `text`: part of the id, or of a connected client's address or user name, ignoring case; empty: all. */
  'clients.list': call(
    'broker',
    Page.extend({
      text: z.string(),
      state: ClientFilter,
      sort: ClientSort,
      descending: z.boolean()
    }),
    z.object({ total: z.int(), rows: z.array(ClientRow) })
  ),
  /** null: neither connected, nor with a session. Its events and its trace may exist nevertheless. */
  'clients.get': call(
    'broker',
    ClientId,
    z.object({ row: ClientRow, connect: ClientConnect.nullable(), fight: Fight.nullable() }).nullable()
  ),
  /** In the order in which they were made. Throws NOT_FOUND. */
  'clients.subscriptions': call(
    'broker',
    Page.extend({ clientId: z.string() }),
    z.object({ total: z.int(), rows: z.array(SubscriptionRow) })
  ),
  /** Subscribes on a client's behalf, as its SUBSCRIBE would. Access rules are not asked. Throws NOT_FOUND. */
  'clients.subscribe': call(
    'broker',
    SubscriptionRow.extend({ clientId: z.string(), filter: TopicFilter }).refine(
      // [MQTT-3.8.3-4]
      ({ filter, noLocal }) => !(noLocal && filter.startsWith('$share/')),
      'NO_LOCAL_SHARED'
    ),
    z.void()
  ),
  /** Throws NOT_FOUND if there is no such client or subscription. */
  'clients.unsubscribe': call('broker', ClientId.extend({ filter: z.string() }), z.void()),
  /** Messages on their way to a client: in flight, then waiting, each oldest first. Throws NOT_FOUND. */
  'clients.queue': call(
    'broker',
    Page.extend({ clientId: z.string() }),
    z.object({ inFlight: z.int(), waiting: z.int(), waitingBytes: z.int(), rows: z.array(QueueRow) })
  ),
  /** Discards messages by number, or all (null). Returns how many there still were. Throws NOT_FOUND. */
  'clients.dropQueued': call(
    'broker',
    ClientId.extend({ numbers: z.array(z.int()).max(1_000).nullable() }),
    z.object({ dropped: z.int() })
  ),
  /** What happened to a client id (null: to any), newest first, before the event `before` (null: from now on). */
  'clients.events': call(
    'broker',
    z.object({
      clientId: z.string().nullable(),
      before: z.int().nullable(),
      limit: z.int().min(1).max(1_000)
    }),
    z.array(ClientEvent)
  )
}
