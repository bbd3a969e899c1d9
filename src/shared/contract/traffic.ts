import { z } from 'zod'
import { call } from './define'
import { OfHistory } from './histories'

export const TrafficBy = z.enum(['messages', 'bytes'])
export type TrafficBy = z.infer<typeof TrafficBy>

/** What to rank. */
export const TrafficQuery = z.object({
  by: TrafficBy,
  /** Individual topics, or the levels directly below `under`, each with everything below it. */
  group: z.enum(['topics', 'branches']),
  /** Only topics at or below this level; null: all topics. */
  under: z.string().nullable(),
  limit: z.int().min(1).max(1_000)
})
export type TrafficQuery = z.infer<typeof TrafficQuery>

/** A topic, or a branch with everything below it. */
export const TrafficRow = z.object({
  path: z.string(),
  /** Topics with messages. */
  topics: z.int(),
  messages: z.int(),
  /** Payload bytes. */
  bytes: z.int(),
  /** The path itself is a topic with messages. */
  isTopic: z.boolean()
})
export type TrafficRow = z.infer<typeof TrafficRow>

/** A ranking of the incoming messages of a period. */
export const TrafficRanking = z.object({
  /** Length of the period, in s. */
  seconds: z.number(),
  /** Totals of everything at or below `under`. */
  topics: z.int(),
  messages: z.int(),
  bytes: z.int(),
  /** The first `limit` rows, in descending order. */
  rows: z.array(TrafficRow),
  /** Total number of topics or branches. */
  ranked: z.int()
})
export type TrafficRanking = z.infer<typeof TrafficRanking>

const ConnectionId = z.object({ connectionId: z.string() })

export const trafficCalls = {
  /** Ranks the messages of the last `seconds`, or of a shorter period if more messages arrived than are remembered. */
  'traffic.recent': call(
    'connection',
    ConnectionId.extend({ query: TrafficQuery, seconds: z.int().min(1).max(60) }),
    TrafficRanking
  ),
  /**
   * Ranks the messages of the history. A call works for at most a quarter of a second and returns its progress (0 to 1), at the end
   * with the ranking. Other queries then reuse the sums until `fresh` recounts them. Throws HISTORY_UNAVAILABLE.
   */
  'traffic.all': call(
    'archive',
    OfHistory.extend({ query: TrafficQuery, fresh: z.boolean() }),
    z.object({ share: z.number(), ranking: TrafficRanking.nullable() })
  )
}
