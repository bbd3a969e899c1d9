import { z } from 'zod'
import { topicFault } from '../topic'
import { ListenerKind } from './broker'
import { clientCalls, Fight, Page } from './broker-clients'
import { traceCalls } from './broker-traces'
import { call } from './define'
import { TopicFilter } from './filter'
import { Bytes, MessageProperties, Qos } from '../message'
import { RetainedScope } from './retained'

/** Messages that did not reach a subscriber, by cause. */
export const DropCounts = z.object({
  /** Nobody was subscribed. */
  unsubscribed: z.number(),
  expired: z.number(),
  queueFull: z.number(),
  /** Larger than the client takes. */
  tooLarge: z.number(),
  /** By rules or faults, from a publisher or to a subscriber. */
  refused: z.number()
})
export type DropCounts = z.infer<typeof DropCounts>

/** What went through the broker: in all since it started, or per second. In: from clients; out: to clients. */
export const BrokerFlow = z.object({
  messagesIn: z.number(),
  messagesOut: z.number(),
  bytesIn: z.number(),
  bytesOut: z.number(),
  dropped: DropCounts
})
export type BrokerFlow = z.infer<typeof BrokerFlow>

export const BrokerOverview = z.object({
  /** When it was measured and when the broker started, in ms since 1970 UTC. */
  at: z.number(),
  since: z.number(),
  totals: BrokerFlow,
  rates: BrokerFlow,
  /** Clients connected now, and at most so far. */
  clients: z.int(),
  mostClients: z.int(),
  /** Sessions whose client is away, and how many of those ended so far because it stayed away. */
  absent: z.int(),
  expiredSessions: z.int(),
  subscriptions: z.int(),
  sharedSubscriptions: z.int(),
  /** Without the broker's own, under `$SYS`. */
  retained: z.object({ count: z.int(), bytes: z.int() }),
  /** QoS 1 and 2 messages that wait to be sent. */
  waiting: z.object({ count: z.int(), bytes: z.int() }),
  /** Those that were sent and not acknowledged. */
  inFlight: z.int(),
  /** CPU time of the broker's thread per second: 1 is a whole core. */
  cpu: z.number(),
  /** Bytes of the broker's thread. */
  memory: z.int(),
  listeners: z.array(
    z.object({
      kind: ListenerKind,
      host: z.string(),
      port: z.int(),
      /** false: it has stopped by itself. */
      listening: z.boolean(),
      connections: z.int()
    })
  ),
  /** Clients that have been taking an id from each other within the last minute. */
  fights: z.array(Fight),
  /** Why the event history is in memory only; null: it is on disk. */
  eventsFault: z.string().nullable()
})
export type BrokerOverview = z.infer<typeof BrokerOverview>

/** The columns of the charts: per second up to `refused`, then as they stood. */
export const SAMPLE_COLUMNS = [
  'messagesIn',
  'messagesOut',
  'bytesIn',
  'bytesOut',
  'unsubscribed',
  'expired',
  'queueFull',
  'tooLarge',
  'refused',
  'clients',
  'absent',
  'subscriptions',
  'retained',
  'waiting',
  'inFlight',
  'cpu',
  'memory'
] as const
export type SampleColumn = (typeof SAMPLE_COLUMNS)[number]

/** Samples of the last hour, one a second, oldest first. */
export const BrokerHistory = z.object({
  /** ms since 1970 UTC. */
  times: z.array(z.number()),
  columns: z.record(z.enum(SAMPLE_COLUMNS), z.array(z.number()))
})
export type BrokerHistory = z.infer<typeof BrokerHistory>

/** A search whose rows can be read. It is one of the last few; an older one is NOT_FOUND. */
export const BrokerSearch = z.object({
  search: z.int(),
  /** Rows. */
  total: z.int(),
  /** false: there are too many to be sorted; they come in the order in which they were found. */
  sorted: z.boolean()
})
export type BrokerSearch = z.infer<typeof BrokerSearch>

/** A filter with its subscribers. */
export const FilterRow = z.object({
  filter: z.string(),
  /** Clients that subscribe to it by themselves. */
  clients: z.int(),
  /** Shared subscriptions to it, with the number of their members. */
  shares: z.array(z.object({ name: z.string(), clients: z.int() }))
})
export type FilterRow = z.infer<typeof FilterRow>

const Subscriber = z.object({
  clientId: z.string(),
  connected: z.boolean(),
  /** It is Treetop's own connection, which gets everything and does not count. */
  own: z.boolean()
})

/** One client's subscription as the cause of a delivery. */
const Via = z.object({ filter: z.string(), qos: Qos, noLocal: z.boolean(), identifier: z.int().nullable() })

/** Who gets the messages of a topic. */
export const TopicAudience = z.object({
  /** Clients with subscriptions of their own. */
  total: z.int(),
  clients: z.array(
    Subscriber.extend({
      /** The highest of its filters. A message comes at this one or its own, whichever is lower. */
      qos: Qos,
      via: z.array(Via)
    })
  ),
  /** Each message goes to one member of each of these. */
  shares: z.array(
    z.object({
      name: z.string(),
      filter: z.string(),
      /** Whose turn it is. */
      next: z.string(),
      members: z.int(),
      /** The first hundred. */
      clients: z.array(Subscriber.extend({ qos: Qos }))
    })
  )
})
export type TopicAudience = z.infer<typeof TopicAudience>

export const BrokerRetainedRow = z.object({
  topic: z.string(),
  /** Payload length in bytes. */
  size: z.int(),
  qos: Qos,
  /** ms since 1970 UTC. */
  receivedAt: z.number(),
  /** Client id; empty: the broker itself. */
  publisher: z.string(),
  /** Seconds until it expires; null: never. */
  expiresIn: z.int().nullable(),
  /** Start of the payload as one line. */
  preview: z.string(),
  binary: z.boolean(),
  cut: z.boolean()
})
export type BrokerRetainedRow = z.infer<typeof BrokerRetainedRow>

/** A retained message in full. */
export const BrokerRetainedMessage = BrokerRetainedRow.extend({
  payload: Bytes,
  properties: MessageProperties.nullable()
})
export type BrokerRetainedMessage = z.infer<typeof BrokerRetainedMessage>

/** What to clear: see RetainedScope, or all that match a filter. The broker's own, under `$SYS`, always stay. */
export const BrokerRetainedScope = z.discriminatedUnion('kind', [
  ...RetainedScope.options,
  z.object({ kind: z.literal('filter'), filter: TopicFilter })
])
export type BrokerRetainedScope = z.infer<typeof BrokerRetainedScope>

/** Clearing and undoing, in progress or done. */
export const BrokerRetainedWork = z.object({
  running: z.boolean(),
  /** What was done last; null: nothing yet. */
  kind: z.enum(['clear', 'undo']).nullable(),
  done: z.int(),
  total: z.int(),
  /** Undo: left alone because their topics have another message by now. */
  skipped: z.int(),
  /** What an undo would publish again. `lost`: cleared messages beyond the limit, which are gone. */
  undo: z.object({ messages: z.int(), bytes: z.int(), lost: z.int() }).nullable()
})
export type BrokerRetainedWork = z.infer<typeof BrokerRetainedWork>

const Topic = z.string().superRefine((topic, context) => {
  const fault = topicFault(topic)
  if (fault) context.addIssue({ code: 'custom', message: `TOPIC_${fault}` })
})
/** Topics of the broker itself cannot be changed. */
const OwnTopic = Topic.refine((topic) => !/^\$SYS(?:\/|$)/.test(topic), 'TOPIC_RESERVED')
const Expiry = z.int().min(1).max(0xffffffff).nullable()
const Rows = Page.extend({ search: z.int() })

export const workbenchCalls = {
  ...clientCalls,
  ...traceCalls,
  'overview.get': call('broker', z.void(), BrokerOverview),
  /** Samples after a time; null: all. */
  'overview.history': call('broker', z.object({ after: z.number().nullable() }), BrokerHistory),
  /** Filters that contain a text, ignoring case; empty: all. */
  'subscriptions.search': call(
    'broker',
    z.object({ text: z.string(), sort: z.enum(['filter', 'clients', 'shares']), descending: z.boolean() }),
    BrokerSearch
  ),
  /** Rows of a search, as they are now. Filters without subscribers were unsubscribed since. Throws NOT_FOUND. */
  'subscriptions.rows': call('broker', Rows, z.array(FilterRow)),
  /** Who subscribes to a filter, first those without a share. */
  'subscriptions.clients': call(
    'broker',
    Page.extend({ filter: TopicFilter }),
    z.object({
      total: z.int(),
      rows: z.array(Subscriber.extend({ ...Via.shape, share: z.string().nullable() }))
    })
  ),
  'subscriptions.match': call('broker', Page.extend({ topic: Topic }), TopicAudience),
  /**
   * Retained messages whose topic (or payload, if `payload`) contains a text, ignoring case in topics, or whose topic matches a filter.
   * Those under `$SYS` are found only by what begins with `$`.
   */
  'brokerRetained.search': call(
    'broker',
    z.object({
      by: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('text'), text: z.string(), payload: z.boolean() }),
        z.object({ kind: z.literal('filter'), filter: TopicFilter })
      ]),
      sort: z.enum(['topic', 'size', 'receivedAt', 'expiresIn']),
      descending: z.boolean()
    }),
    BrokerSearch
  ),
  /** Rows of a search, as they were found. Throws NOT_FOUND. */
  'brokerRetained.rows': call('broker', Rows, z.array(BrokerRetainedRow)),
  /** null: the topic has none. */
  'brokerRetained.get': call('broker', z.object({ topic: z.string() }), BrokerRetainedMessage.nullable()),
  /**
   * Publishes a retained message to all subscribers, in place of the topic's former one, whose properties it takes over. `expiry` in
   * seconds; null: it does not expire.
   */
  'brokerRetained.set': call(
    'broker',
    z.object({
      topic: OwnTopic,
      payload: Bytes.refine(({ length }) => length > 0, 'EMPTY'),
      qos: Qos,
      expiry: Expiry
    }),
    z.void()
  ),
  /** Has a retained message expire in `seconds` from now, or never (null). Subscribers are told nothing. Throws NOT_FOUND. */
  'brokerRetained.expire': call('broker', z.object({ topic: OwnTopic, seconds: Expiry }), z.void()),
  /** How many messages a clearing would remove, and how many payload bytes an undo keeps at most. */
  'brokerRetained.count': call(
    'broker',
    z.object({ scope: BrokerRetainedScope }),
    z.object({ messages: z.int(), bytes: z.int(), undoBytes: z.int() })
  ),
  /** Starts to clear, as if an empty retained message were published to each topic. Throws RETAINED_BUSY. */
  'brokerRetained.clear': call('broker', z.object({ scope: BrokerRetainedScope }), BrokerRetainedWork),
  /**
   * Starts to publish again what was cleared last. Topics that have another message by now are skipped, unless `overwrite`. Throws
   * RETAINED_BUSY, and NOT_FOUND if there is nothing to undo.
   */
  'brokerRetained.undo': call('broker', z.object({ overwrite: z.boolean() }), BrokerRetainedWork),
  /** Ends the clearing or undo in progress where it is. */
  'brokerRetained.cancel': call('broker', z.void(), BrokerRetainedWork),
  'brokerRetained.work': call('broker', z.void(), BrokerRetainedWork)
}
