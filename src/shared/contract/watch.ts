import { z } from 'zod'
import { Qos } from '../message'
import { call } from './define'
import { TopicFilter } from './filter'
import { OfHistory } from './histories'
import { Words } from './sentence'

/** Topics that the rules of one connection watch, and the rules that it may have. */
export const MOST_WATCHED = 100_000
export const MOST_RULES = 100
/** Firings of one rule in a minute that are carried out; further ones are only counted. */
export const MOST_IN_A_MINUTE = 60
/** The longest text that a value is compared with. */
export const MOST_VALUE = 32

const WEEK = 604_800
const Seconds = z.number('WATCH_SECONDS').min(0, 'WATCH_SECONDS').max(WEEK, 'WATCH_SECONDS')
const SomeSeconds = z.number('WATCH_SECONDS_1').min(1, 'WATCH_SECONDS_1').max(WEEK, 'WATCH_SECONDS_1')
const Limit = z.number('WATCH_NUMBER')

/** JSON Pointer (RFC 6901) to a value in the decoded payload; `[name=X]` selects the item of that name. '': the payload itself. */
const Path = z
  .string()
  .max(2_000, 'TOO_LONG')
  .regex(/^(\/|$)/, 'POINTER_MALFORMED')

/** What a rule waits for, on each topic of its filter. */
export const WatchCondition = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('beyond'),
    path: Path,
    comparison: z.enum(['above', 'below', 'outside', 'is', 'isNot']),
    /** The limit; for `outside`, the lower one. */
    limit: Limit,
    /** The upper limit of `outside`. */
    upper: Limit,
    /** The text, or number, of `is` and `isNot`. */
    text: z.string().max(MOST_VALUE, 'TOO_LONG'),
    /** How far a number must return behind the limit before it counts as good again. */
    hysteresis: z.number('WATCH_NUMBER').min(0, 'WATCH_NUMBER'),
    /** Seconds that the value must stay beyond. */
    for: Seconds
  }),
  z.object({ kind: z.literal('changed'), path: Path }),
  /** No message for this many seconds, while the connection is online. */
  z.object({ kind: z.literal('silent'), after: SomeSeconds }),
  /** A message after at least this many seconds of silence. */
  z.object({ kind: z.literal('back'), after: SomeSeconds }),
  /** `bound`: the decoder bound to the topic cannot read the payload. `json`: it is not JSON. */
  z.object({ kind: z.literal('malformed'), as: z.enum(['bound', 'json']) }),
  /** More (fewer) messages than `count` within `within` seconds, on each topic, or on all topics of the filter together. */
  z.object({
    kind: z.literal('rate'),
    comparison: z.enum(['above', 'below']),
    count: z.int('WATCH_COUNT').min(0, 'WATCH_COUNT').max(1_000_000_000, 'WATCH_COUNT'),
    within: z.number('WATCH_SECONDS_1').min(1, 'WATCH_SECONDS_1').max(3_600, 'WATCH_SECONDS_1'),
    of: z.enum(['each', 'all'])
  })
])
export type WatchCondition = z.infer<typeof WatchCondition>

/** A file of checks in an open collection, or (`only`) one check in it. */
export const WatchedCheck = z.object({
  collection: z.string(),
  /** Relative to the collection's folder, separated by `/`. */
  path: z.string().min(1, 'REQUIRED'),
  only: z.string().nullable()
})
export type WatchedCheck = z.infer<typeof WatchedCheck>

/** What came of a check that a rule asked for. `sentence`: why it failed. `error`: why it did not run (shared/errors.ts). */
export type CheckEnd =
  | { kind: 'passed' }
  | { kind: 'failed'; sentence: Words }
  | { kind: 'notRun'; error: { code: string; details: Record<string, unknown> } }

/** What a rule does. `{{topic}}`, `{{value}}`, `{{rule}}`, `{{state}}` (`fired` or `back`) and `{{time}}` are replaced. */
export const WatchActions = z.object({
  /** Tells the user: in Treetop, and by the system while Treetop is not in front. */
  notify: z.boolean(),
  /** Marks the moment in the time bar. */
  mark: z.boolean(),
  publish: z
    .object({
      topic: z.string().min(1, 'REQUIRED').max(1_000, 'TOO_LONG'),
      payload: z.string().max(100_000, 'TOO_LONG'),
      qos: Qos,
      retain: z.boolean()
    })
    .nullable(),
  /** Runs a check. Older rules have none. */
  check: WatchedCheck.nullable().default(null)
})
export type WatchActions = z.infer<typeof WatchActions>

/** A rule as it is edited. */
export const WatchDraft = z
  .object({
    name: z.string().trim().min(1, 'REQUIRED').max(200, 'TOO_LONG'),
    on: z.boolean(),
    filter: TopicFilter.refine((filter) => !filter.startsWith('$share/'), 'FILTER_SHARED_WATCH'),
    condition: WatchCondition,
    /** Seconds that must pass before the rule fires again for the same topic. */
    again: Seconds,
    /** Tells also when a topic is good again. Without effect on conditions that are moments: `changed` and `back`. */
    tellBack: z.boolean(),
    actions: WatchActions
  })
  .superRefine(({ condition, actions }, context) => {
    if (
      condition.kind === 'beyond' &&
      (condition.comparison === 'is' || condition.comparison === 'isNot') &&
      condition.text.trim() === ''
    )
      context.addIssue({ code: 'custom', path: ['condition', 'text'], message: 'REQUIRED' })
    if (
      condition.kind === 'beyond' &&
      condition.comparison === 'outside' &&
      condition.limit > condition.upper
    )
      context.addIssue({ code: 'custom', path: ['condition', 'upper'], message: 'WATCH_UPPER' })
    if (!actions.notify && !actions.mark && actions.publish === null && actions.check === null)
      context.addIssue({ code: 'custom', path: ['actions'], message: 'WATCH_NO_ACTION' })
  })
export type WatchDraft = z.infer<typeof WatchDraft>

export const WatchRule = z.object({ id: z.string(), ...WatchDraft.shape })
export type WatchRule = z.infer<typeof WatchRule>

export const WatchRules = z.array(WatchRule).max(MOST_RULES, 'TOO_MANY')
export type WatchRules = z.infer<typeof WatchRules>

/** What a rule that is on sees now. */
export const WatchState = z.object({
  ruleId: z.string(),
  /** Topics that it watches, and further ones that match but exceed MOST_WATCHED. */
  topics: z.int(),
  unwatched: z.int(),
  /** Number of topics on which it has fired and that are not good again, and the first hundred of them. */
  firing: z.int(),
  listed: z.array(
    z.object({
      topic: z.string(),
      /** When it fired, in µs since 1970 UTC. */
      since: z.int(),
      value: z.string().nullable()
    })
  )
})
export type WatchState = z.infer<typeof WatchState>

export const WatchEntry = z.object({
  /** Ascending in a log. */
  number: z.int(),
  /** µs since 1970 UTC. */
  at: z.int(),
  ruleId: z.string(),
  /** The name that the rule had. */
  rule: z.string(),
  /**
   * The rule fired; a topic is good again; it published, or could not; it fired more often than MOST_IN_A_MINUTE, so that further firings
   * are only counted for a while; its check passed, failed, or did not run.
   */
  kind: z.enum(['fired', 'back', 'published', 'refused', 'capped', 'passed', 'failed', 'notRun']),
  topic: z.string(),
  /** The value that caused it, shortened; null: there is none. */
  value: z.string().nullable(),
  /** The message that caused it; null: none did (silence), or it was not recorded. */
  messageId: z.int().nullable(),
  /** Firings before it that were too early to be told, or too many. */
  held: z.int(),
  marked: z.boolean(),
  notified: z.boolean(),
  /** Where to it published. */
  to: z.string().nullable(),
  /** Why it could not publish, or its check did not run (shared/errors.ts). */
  error: z.object({ code: z.string(), details: z.record(z.string(), z.unknown()) }).nullable(),
  /** The check that it ran, and why that failed. */
  check: WatchedCheck.nullable().default(null),
  sentence: Words.nullable().default(null)
})
export type WatchEntry = z.infer<typeof WatchEntry>

/** A moment at which a rule that is tried would have acted. */
export const WatchMoment = z.object({
  kind: z.enum(['fired', 'back']),
  topic: z.string(),
  at: z.int(),
  value: z.string().nullable(),
  messageId: z.int().nullable(),
  held: z.int()
})
export type WatchMoment = z.infer<typeof WatchMoment>

const ConnectionId = z.object({ connectionId: z.string() })

export const watchCalls = {
  'watch.rules': call('main', ConnectionId, WatchRules),
  /** Adds a rule (`id` null), or replaces one. Throws INVALID_INPUT, NOT_FOUND, and FILE_UNWRITABLE; the stored rules then stay. */
  'watch.save': call(
    'main',
    ConnectionId.extend({ id: z.string().nullable(), draft: WatchDraft }),
    WatchRule
  ),
  'watch.remove': call('main', ConnectionId.extend({ id: z.string() }), z.void()),
  /** What the rules that are on see; `logFault`: why the log cannot be written. */
  'watch.states': call(
    'connection',
    ConnectionId,
    z.object({ states: z.array(WatchState), logFault: z.string().nullable() })
  ),
  /** Entries of the log, newest first: those of a rule (null: all) before a number (null: the newest). */
  'watch.log': call(
    'connection',
    ConnectionId.extend({
      ruleId: z.string().nullable(),
      before: z.int().nullable(),
      limit: z.int().min(1).max(500)
    }),
    z.object({ entries: z.array(WatchEntry), more: z.boolean() })
  ),
  'watch.clearLog': call('connection', ConnectionId, z.void()),
  /** The newest marks of a period (µs; null: open), newest first. */
  'watch.marks': call(
    'connection',
    ConnectionId.extend({
      from: z.int().nullable(),
      to: z.int().nullable(),
      limit: z.int().min(1).max(500)
    }),
    z.array(WatchEntry)
  ),
  /**
   * What a rule would have done with the messages of the last `seconds` of a history. Reads for a few seconds at most: `from` and `to`
   * (µs) say what was read. null: a newer request took its place. Throws HISTORY_UNAVAILABLE.
   */
  'watch.try': call(
    'archive',
    OfHistory.extend({
      draft: WatchDraft,
      seconds: z
        .int()
        .min(1)
        .max(31 * 86_400)
    }),
    z
      .object({
        from: z.int(),
        to: z.int(),
        isWhole: z.boolean(),
        messages: z.int(),
        topics: z.int(),
        fired: z.int(),
        /** The first of them. */
        moments: z.array(WatchMoment)
      })
      .nullable()
  )
}

export const watchEvents = {
  'watch.changed': ConnectionId.extend({ rules: WatchRules }),
  /** At most twice a second. */
  'watch.states': ConnectionId.extend({ states: z.array(WatchState), logFault: z.string().nullable() }),
  /** New entries of the log, at most twice a second. */
  'watch.told': ConnectionId.extend({ entries: z.array(WatchEntry) })
}
