import { z } from 'zod'
import { call } from './define'
import { OfHistory } from './histories'

/** A moment of a history: the last message that counts, and when it was received (µs since 1970 UTC). */
export const Moment = z.object({ id: z.int(), at: z.int() })
export type Moment = z.infer<typeof Moment>

/** How far a history reaches, and how many messages came in each of some equal stretches of a time. */
export const Span = z.object({
  first: Moment,
  last: Moment,
  from: z.int(),
  to: z.int(),
  counts: z.array(z.int())
})
export type Span = z.infer<typeof Span>

const TopicCounts = z.object({
  /** In all. */
  topics: z.int(),
  /** Those with the most messages, with how many. */
  listed: z.array(z.object({ topic: z.string(), messages: z.int() }))
})
export type TopicCounts = z.infer<typeof TopicCounts>

/** What became of topics between two moments. */
export const BetweenMoments = z.object({
  /** Had their first message in between. */
  appeared: TopicCounts,
  /** Had messages before, and more in between. */
  changed: TopicCounts,
  /** Had messages in the same length of time before, and none in between; with how many those were. */
  silent: TopicCounts
})
export type BetweenMoments = z.infer<typeof BetweenMoments>

export const momentCalls = {
  /** null ends mean those of the history; null: it is empty. Throws HISTORY_UNAVAILABLE, as the others do. */
  'moments.span': call(
    'archive',
    OfHistory.extend({
      from: z.int().nullable(),
      to: z.int().nullable(),
      buckets: z.int().min(1).max(2_000)
    }),
    Span.nullable()
  ),
  /** The newest message received at or before a time (µs), or the history's first one; null when it is empty. */
  'moments.find': call('archive', OfHistory.extend({ at: z.int() }), Moment.nullable()),
  /** The message before or after one, of a topic or (null) of any; null when there is none. */
  'moments.step': call(
    'archive',
    OfHistory.extend({ id: z.int(), way: z.enum(['back', 'on']), topic: z.string().nullable() }),
    Moment.nullable()
  ),
  /** What became of topics between two moments; null when other moments were asked for meanwhile. */
  'moments.between': call(
    'archive',
    OfHistory.extend({ from: z.int(), to: z.int(), limit: z.int().min(1).max(2_000) }),
    BetweenMoments.nullable()
  )
}
