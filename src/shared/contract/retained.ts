import { z } from 'zod'
import { MessageProperties, Qos } from '../message'
import { ConnectionFault } from './connections'
import { call } from './define'
import { Job } from './jobs'
import { TopicFilter } from './filter'
import { MqttVersion } from './profiles'

/** Why the broker could not be asked what it retains, or a clearing did not come to its end. */
export const RetainedFault = z.discriminatedUnion('kind', [
  /** The second client was not let in, or lost its connection. */
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
  /** CONNACK said that the broker retains nothing (MQTT 5.0, 3.2.2.3.5). */
  z.object({ kind: z.literal('unavailable') }),
  /** Anything else went wrong, such as the history. */
  z.object({ kind: z.literal('failed'), reason: z.string() })
])
export type RetainedFault = z.infer<typeof RetainedFault>

/** What the broker retained under a filter when it was asked. */
export const RetainedList = z.object({
  /** Counts up with each list of a connection: what is asked of one that is gone is refused. */
  number: z.number().int(),
  filter: z.string(),
  messages: z.number().int(),
  /** Of payloads. */
  bytes: z.number().int(),
  /** ms since 1970 UTC. */
  asOf: z.number(),
  /** Why there may be more: the person stopped it, or it has as many as are listed; null: it is whole. */
  cut: z.enum(['stopped', 'limit']).nullable(),
  /** The broker could not be asked: this is what the recorded marks say. null: it comes from the broker. */
  fault: RetainedFault.nullable()
})
export type RetainedList = z.infer<typeof RetainedList>

/** What is under way. */
export const RetainedWork = z.object({
  /** The job to cancel: what was sent already is waited for. */
  job: z.string(),
  kind: z.enum(['lookUp', 'clear', 'undo']),
  /** The broker is asked what it retains; it is asked for their QoS; messages are published; it is asked again what became of them. */
  step: z.enum(['asking', 'qos', 'publishing', 'checking']),
  done: z.number().int(),
  /** null where it is not known. */
  total: z.number().int().nullable(),
  /** The person cancelled it: what was sent is waited for. */
  ending: z.boolean()
})
export type RetainedWork = z.infer<typeof RetainedWork>

/** What a clearing or an undo came to. */
export const RetainedOutcome = z.object({
  kind: z.enum(['clear', 'undo']),
  /** Topics that were to be cleared or restored, and those that were. */
  planned: z.number().int(),
  done: z.number().int(),
  end: z.enum(['done', 'cancelled', 'failed']),
  /** Why it failed. */
  fault: RetainedFault.nullable(),
  /** Left alone: another message was retained there meanwhile. */
  changed: z.number().int(),
  /** Cleared by somebody else meanwhile. */
  gone: z.number().int(),
  /** Refused by the broker, with the reason code (0: none was given); the first hundred. */
  refused: z.array(z.object({ topic: z.string(), code: z.number().int() })),
  refusals: z.number().int(),
  /** Acknowledged, and yet as before when the broker was asked again: rules that it keeps to itself. */
  unheeded: z.number().int()
})
export type RetainedOutcome = z.infer<typeof RetainedOutcome>

/** What was cleared and can be published again. */
export const RetainedUndo = z.object({
  messages: z.number().int(),
  bytes: z.number().int(),
  /** Of those, how many have another retained message now, as an undo found out: they are overwritten only when that is asked for. */
  conflicts: z.number().int()
})

/** All about a connection's retained messages but the rows. */
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
  /** null where the broker did not tell. */
  qos: Qos.nullable(),
  /** When the newest message with this payload was received, in µs since 1970 UTC; null: none such is the topic's newest in the history. */
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

/** What is to be cleared: these very topics, a topic and all below it, or all. The latter two leave topics under `$SYS` out. */
export const RetainedScope = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('topics'), topics: z.array(z.string()).min(1) }),
  z.object({ kind: z.literal('below'), topic: z.string() }),
  z.object({ kind: z.literal('all') })
])
export type RetainedScope = z.infer<typeof RetainedScope>

/** A dry run: what would be cleared. Its rows are those of `retained.rows` with `plan`. */
export const RetainedPlan = z.object({
  number: z.number().int(),
  messages: z.number().int(),
  bytes: z.number().int(),
  /** Topics under `$SYS` that are left out. */
  leftOut: z.number().int(),
  /** So many bytes of payload are kept for an undo at most. */
  undoBytes: z.number().int()
})
export type RetainedPlan = z.infer<typeof RetainedPlan>

const ConnectionId = z.object({ connectionId: z.string() })

export const retainedCalls = {
  'retained.get': call('connection', ConnectionId, RetainedStatus),
  /**
   * Asks the broker what it retains under a filter, through a second client that records nothing; what comes of it is told as
   * `retained.changed`. Throws INVALID_INPUT, RETAINED_BUSY.
   */
  'retained.lookUp': call(
    'connection',
    ConnectionId.extend({
      filter: TopicFilter.refine((filter) => !filter.startsWith('$share/'), 'FILTER_SHARED')
    }),
    Job
  ),
  /** Rows of a list, or of a dry run of it. Throws NOT_FOUND when there is another by now. */
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
  /** Clears what a dry run listed, and nothing else. Throws NOT_FOUND, RETAINED_BUSY. */
  'retained.clear': call('connection', ConnectionId.extend({ plan: z.number().int() }), Job),
  /** Publishes what was cleared again. Topics that have another retained message by now are left alone unless `overwrite`. Throws NOT_FOUND, RETAINED_BUSY. */
  'retained.undo': call('connection', ConnectionId.extend({ overwrite: z.boolean() }), Job),
  /** Puts what came of the last clearing or undo out of sight. */
  'retained.dismiss': call('connection', ConnectionId, z.void())
}

export const retainedEvents = {
  'retained.changed': RetainedStatus
}
