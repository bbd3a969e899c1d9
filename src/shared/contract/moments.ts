import { z } from 'zod'
import { call } from './define'
import { OfHistory } from './histories'

/** A moment of a history: the last message that counts, and when it was received (µs since 1970 UTC). */
export const Moment = z.object({ id: z.int(), at: z.int() })
export type Moment = z.infer<typeof Moment>

/** The extent of a history, and the number of messages in each of several equal intervals of a period. */
export const Span = z.object({
  first: Moment,
  last: Moment,
  from: z.int(),
  to: z.int(),
  counts: z.array(z.int())
})
export type Span = z.infer<typeof Span>

const TopicCounts = z.object({
  /** Total number of topics. */
  topics: z.int(),
  /** The topics with the most messages, and how many. */
  listed: z.array(z.object({ topic: z.string(), messages: z.int() }))
})
export type TopicCounts = z.infer<typeof TopicCounts>

/** How topics changed between two moments. */
export const BetweenMoments = z.object({
  /** Topics whose first message came in between. */
  appeared: TopicCounts,
  /** Topics with messages before and in between. */
  changed: TopicCounts,
  /** Topics with messages in the preceding range of equal length, and none in between; the numbers are those of the preceding range. */
  silent: TopicCounts
})
export type BetweenMoments = z.infer<typeof BetweenMoments>

/** What a rule marked in the time bar. */
export const TimeMark = z.object({
  /** Ascending in a history. */
  number: z.int(),
  /** µs since 1970 UTC. */
  at: z.int(),
  /** The name that the rule had. */
  rule: z.string(),
  topic: z.string()
})
export type TimeMark = z.infer<typeof TimeMark>

/** The marks that a recording brings along. */
export const TimeMarks = z.object({
  /** The moment that the person had marked when it was saved; null: none. */
  flag: Moment.nullable(),
  marks: z.array(TimeMark)
})
export type TimeMarks = z.infer<typeof TimeMarks>

export const noTimeMarks: TimeMarks = { flag: null, marks: [] }

export const momentCalls = {
  /** The marks that a recording was saved with, of rules newest first. Those of a connection are in its log (`watch.marks`). */
  'moments.marks': call('archive', OfHistory, TimeMarks),
  /** null ends default to those of the history. Returns null if it is empty. Throws HISTORY_UNAVAILABLE, as the other calls do. */
  'moments.span': call(
    'archive',
    OfHistory.extend({
      from: z.int().nullable(),
      to: z.int().nullable(),
      buckets: z.int().min(1).max(2_000)
    }),
    Span.nullable()
  ),
  /** The newest message received at or before a time (µs), or else the history's first; null: it is empty. */
  'moments.find': call('archive', OfHistory.extend({ at: z.int() }), Moment.nullable()),
  /** The message before or after another, of one topic or (null) of any; null: none. */
  'moments.step': call(
    'archive',
    OfHistory.extend({ id: z.int(), way: z.enum(['back', 'on']), topic: z.string().nullable() }),
    Moment.nullable()
  ),
  /** How topics changed between two moments; null: a newer request superseded this one. */
  'moments.between': call(
    'archive',
    OfHistory.extend({ from: z.int(), to: z.int(), limit: z.int().min(1).max(2_000) }),
    BetweenMoments.nullable()
  )
}
