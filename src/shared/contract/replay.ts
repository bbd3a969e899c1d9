import { z } from 'zod'
import { Qos } from '../message'
import { filterFault } from '../topic'
import { call } from './define'
import { OfHistory } from './histories'
import { Job } from './jobs'
import { TopicStart } from './subtree'

/** The slowest and the fastest that a replay may be asked for, as multiples of the recorded speed. */
export const SLOWEST = 0.1
export const FASTEST = 100

const Filters = z
  .array(
    z.string().superRefine((filter, context) => {
      const fault = filterFault(filter)
      if (fault) context.addIssue({ code: 'custom', message: `FILTER_${fault}` })
    })
  )
  .max(100, 'TOO_MANY')

/** Which messages of a history are replayed. */
export const ReplaySelection = z.object({
  /** Topic filters, one of which must match; none: every topic that does not begin with `$`. */
  include: Filters,
  /** Topic filters, none of which may match. */
  exclude: Filters,
  /** Received at or after, and before: µs since 1970 UTC; null: from the first, to the last that is there when the replay begins. */
  from: z.int().nullable(),
  to: z.int().nullable(),
  /** Whether messages that Treetop published are replayed, too. */
  published: z.boolean(),
  /**
   * What is published as retained before the period begins: nothing, the retained message that each topic had at its start, or the last
   * message of each topic. Before MQTT 5, brokers deliver live messages without the retain flag [MQTT-3.3.1-9], so that only `last` knows
   * them. Has no effect without `from`: before the first message, there is no state.
   */
  state: z.enum(['none', 'retained', 'last'])
})
export type ReplaySelection = z.infer<typeof ReplaySelection>

/** How messages are published. */
export const ReplayOptions = z.object({
  /** Multiple of the recorded speed; null: as fast as the broker takes them. */
  speed: z.number().min(SLOWEST, 'REPLAY_SPEED').max(FASTEST, 'REPLAY_SPEED').nullable(),
  /** Begins again after the last message, until it is cancelled. */
  loop: z.boolean(),
  /** The beginning of topics that is replaced; see `withPrefix`. */
  prefix: z.object({ from: TopicStart, to: TopicStart }),
  /**
   * Times in JSON payloads are moved by the distance between when the message was received and when it is published again: not at all,
   * wherever one is found, or at these JSON Pointers (RFC 6901).
   */
  times: z.enum(['keep', 'find', 'pointers']),
  pointers: z
    .array(
      z
        .string()
        .max(1_000, 'TOO_LONG')
        .regex(/^(\/|$)/, 'POINTER_MALFORMED')
    )
    .max(100, 'TOO_MANY'),
  /** null: as recorded. */
  qos: Qos.nullable(),
  retain: z.boolean().nullable()
})
export type ReplayOptions = z.infer<typeof ReplayOptions>

export const everyMessageAgain: ReplaySelection = {
  include: [],
  exclude: [],
  from: null,
  to: null,
  published: false,
  state: 'none'
}

export const asRecorded: ReplayOptions = {
  speed: 1,
  loop: false,
  prefix: { from: '', to: '' },
  times: 'keep',
  pointers: [],
  qos: null,
  retain: null
}

export const ReplayRequest = OfHistory.extend({
  /** The connection that publishes. The local broker is started if need be. */
  target: z.string(),
  /** The person knows that the target records the messages into the history that they come from. */
  intoSource: z.boolean(),
  selection: ReplaySelection.refine(
    ({ from, to }) => from === null || to === null || from < to,
    'RANGE_REVERSED'
  ),
  options: ReplayOptions.refine(({ times, pointers }) => times !== 'pointers' || pointers.length > 0, {
    path: ['pointers'],
    message: 'REQUIRED'
  })
})
export type ReplayRequest = z.infer<typeof ReplayRequest>

export const ReplayStatus = z.object({
  /** The job. */
  id: z.string(),
  /** Name of the connection or recording that is replayed, and the connection that publishes. */
  source: z.string(),
  target: z.object({ id: z.string(), name: z.string() }),
  /** `reading`: no message was found so far. `waiting`: the target is connecting again. */
  state: z.enum(['reading', 'playing', 'paused', 'waiting', 'ended']),
  speed: z.number().nullable(),
  loop: z.boolean(),
  /** Counts from 1. */
  pass: z.int(),
  /** Share of this pass that was read, 0 to 1. */
  share: z.number(),
  /** Messages that were published, in all passes. */
  sent: z.int(),
  /** Messages that could not be published or were not acknowledged, and the last reason (shared/errors.ts). */
  refused: z.int(),
  refusal: z.object({ code: z.string(), details: z.record(z.string(), z.unknown()) }).nullable(),
  /** How much later than planned messages are published now, in ms: the broker takes them more slowly than they come. */
  behind: z.number(),
  /** When the last published message was recorded, in µs since 1970 UTC; null: none was. */
  at: z.int().nullable(),
  /** When the next message is due, in ms since 1970 UTC; null: not known, or the replay is paused. */
  next: z.number().nullable()
})
export type ReplayStatus = z.infer<typeof ReplayStatus>

export const replayCalls = {
  /** The replays that go on. */
  'replay.list': call('main', z.void(), z.array(ReplayStatus)),
  /**
   * Starts a replay: a job, which also survives the page. Throws INVALID_INPUT, NOT_FOUND, NOT_CONNECTED, HISTORY_UNAVAILABLE,
   * REPLAY_INTO_SOURCE, and the errors of `broker.start`.
   */
  'replay.start': call('main', ReplayRequest, Job),
  /** `step`: pauses, and publishes the next message now. Has no effect on a replay that has ended. */
  'replay.control': call(
    'main',
    z.object({ id: z.string(), action: z.enum(['pause', 'resume', 'step']) }),
    z.void()
  )
}

export const replayEvents = {
  /** At most five times a second, and at each change of state. */
  'replay.changed': ReplayStatus
}
