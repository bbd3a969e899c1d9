import { z } from 'zod'
import { MessageProperties, Qos } from '../message'
import { ConnectionFault } from './connections'
import { call } from './define'
import { Job } from './jobs'
import { TopicFilter } from './filter'
import { MqttVersion } from './profiles'

/** Why a lookup, a clearing or an undo failed. */
export const RetainedFault = z.discriminatedUnion('kind', [
  /** The second client was refused or lost its connection. */
  z.object({ kind: z.literal('connection'), fault: ConnectionFault }),
  /** SUBACK refused the filter. */
  z.object({
    kind: z.literal('subscribe'),
    version: MqttVersion,
    code: z.number().int(),
    reasonString: z.string().nullable()
  }),
  /** The connection itself is not online. */
  z.object({ kind: z.literal('offline') }),
  /** CONNACK says that the broker does not support retained messages (MQTT 5.0, 3.2.2.3.5). */
  z.object({ kind: z.literal('unavailable') }),
  /** Any other error, such as a fault of the history. */
  z.object({ kind: z.literal('failed'), reason: z.string() })
])
export type RetainedFault = z.infer<typeof RetainedFault>

/** The messages that the broker retained under a filter when they were looked up. */
export const RetainedList = z.object({
  /** Increases with each list of a connection. Calls that name a replaced list are refused. */
  number: z.number().int(),
  filter: z.string(),
  messages: z.number().int(),
  /** Payload bytes. */
  bytes: z.number().int(),
  /** ms since 1970 UTC. */
  asOf: z.number(),
  /** Why the list may be incomplete: the user stopped the lookup, or it reached the limit; null: it is complete. */
  cut: z.enum(['stopped', 'limit']).nullable(),
  /** Why the broker could not be asked: the list then comes from the recorded marks. null: it comes from the broker. */
  fault: RetainedFault.nullable()
})
export type RetainedList = z.infer<typeof RetainedList>

/** The operation in progress. */
export const RetainedWork = z.object({
  /** The job to cancel. Cancelling waits for the acknowledgements of messages already sent. */
  job: z.string(),
  kind: z.enum(['lookUp', 'clear', 'undo']),
  /** Looking up the retained messages; looking up their QoS; publishing; looking them up again to check the result. */
  step: z.enum(['asking', 'qos', 'publishing', 'checking']),
  done: z.number().int(),
  /** null: unknown. */
  total: z.number().int().nullable(),
  /** The user cancelled it; acknowledgements are awaited. */
  ending: z.boolean()
})
export type RetainedWork = z.infer<typeof RetainedWork>

/** The result of a clearing or an undo. */
export const RetainedOutcome = z.object({
  kind: z.enum(['clear', 'undo']),
  /** Topics to clear or restore, and topics cleared or restored. */
  planned: z.number().int(),
  done: z.number().int(),
  end: z.enum(['done', 'cancelled', 'failed']),
  /** Why it failed. */
  fault: RetainedFault.nullable(),
  /** Topics left alone because they have another retained message by now. */
  changed: z.number().int(),
  /** Topics that another client cleared in the meantime. */
  gone: z.number().int(),
  /** The first hundred topics that the broker refused, with the reason code (0: none given). */
  refused: z.array(z.object({ topic: z.string(), code: z.number().int() })),
  refusals: z.number().int(),
  /** Topics whose publish was acknowledged without effect: the broker applies rules that it does not report. */
  unheeded: z.number().int()
})
export type RetainedOutcome = z.infer<typeof RetainedOutcome>

/** The cleared messages that can be published again. */
export const RetainedUndo = z.object({
  messages: z.number().int(),
  bytes: z.number().int(),
  /** How many of them an undo skipped because the topic has another retained message by now. Only `overwrite` replaces those. */
  conflicts: z.number().int()
})

/** Everything about a connection's retained messages except the rows. */
export const RetainedStatus = z.object({
  connectionId: z.string(),
  list: RetainedList.nullable(),
  work: RetainedWork.nullable(),
  outcome: RetainedOutcome.nullable(),
  undo: RetainedUndo.nullable()
})
export type RetainedStatus = z.infer<typeof RetainedStatus>

/** One retained message. */
export const RetainedRow = z.object({
  topic: z.string(),
  /** Payload length in bytes. */
  size: z.number().int(),
  /** null: the broker did not report it. */
  qos: Qos.nullable(),
  /** When the topic's newest recorded message was received, in µs since 1970 UTC; null: there is none, or its payload differs. */
  setAt: z.number().int().nullable(),
  /** Start of the payload as one line. */
  preview: z.string(),
  binary: z.boolean(),
  cut: z.boolean(),
  properties: MessageProperties.nullable()
})
export type RetainedRow = z.infer<typeof RetainedRow>

export const RetainedSort = z.object({
  by: z.enum(['topic', 'size', 'setAt']),
  descending: z.boolean()
})
export type RetainedSort = z.infer<typeof RetainedSort>

/** What to clear: exactly these topics, a topic and everything below it, or everything. The last two exclude topics under `$SYS`. */
export const RetainedScope = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('topics'), topics: z.array(z.string()).min(1) }),
  z.object({ kind: z.literal('below'), topic: z.string() }),
  z.object({ kind: z.literal('all') })
])
export type RetainedScope = z.infer<typeof RetainedScope>

/** A dry run: what a clearing would remove. `retained.rows` returns its rows if `plan` is given. */
export const RetainedPlan = z.object({
  number: z.number().int(),
  messages: z.number().int(),
  bytes: z.number().int(),
  /** Excluded topics under `$SYS`. */
  leftOut: z.number().int(),
  /** The most payload bytes that are kept for an undo. */
  undoBytes: z.number().int()
})
export type RetainedPlan = z.infer<typeof RetainedPlan>

const ConnectionId = z.object({ connectionId: z.string() })

export const retainedCalls = {
  'retained.get': call('connection', ConnectionId, RetainedStatus),
  /**
   * Looks up what the broker retains under a filter, through a second client that records nothing. `retained.changed` reports the
   * progress and the result. Throws INVALID_INPUT, RETAINED_BUSY.
   */
  'retained.lookUp': call(
    'connection',
    ConnectionId.extend({
      filter: TopicFilter.refine((filter) => !filter.startsWith('$share/'), 'FILTER_SHARED')
    }),
    Job
  ),
  /** Rows of a list, or of a dry run of it. Throws NOT_FOUND if a newer one replaced it. */
  'retained.rows': call(
    'connection',
    ConnectionId.extend({
      list: z.number().int(),
      plan: z.number().int().nullable(),
      sort: RetainedSort,
      first: z.number().int().min(0),
      count: z.number().int().min(0).max(1_000)
    }),
    z.array(RetainedRow)
  ),
  /** Throws NOT_FOUND, RETAINED_BUSY. */
  'retained.plan': call(
    'connection',
    ConnectionId.extend({ list: z.number().int(), scope: RetainedScope }),
    RetainedPlan
  ),
  /** Clears exactly the messages that a dry run listed. Throws NOT_FOUND, RETAINED_BUSY. */
  'retained.clear': call('connection', ConnectionId.extend({ plan: z.number().int() }), Job),
  /**
   * Publishes the cleared messages again. Skips topics that have another retained message by now, unless `overwrite` is set. Throws
   * NOT_FOUND, RETAINED_BUSY.
   */
  'retained.undo': call('connection', ConnectionId.extend({ overwrite: z.boolean() }), Job),
  /** Discards the outcome of the last clearing or undo. */
  'retained.dismiss': call('connection', ConnectionId, z.void())
}

export const retainedEvents = {
  'retained.changed': RetainedStatus
}
