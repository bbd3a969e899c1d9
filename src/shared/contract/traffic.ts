import { z } from 'zod'
import { call } from './define'
import { OfHistory } from './histories'

export const TrafficBy = z.enum(['messages', 'bytes'])
export type TrafficBy = z.infer<typeof TrafficBy>

/** What is ranked. */
export const TrafficQuery = z.object({
  by: TrafficBy,
  /** Topics one by one, or the levels right below `under`, each with everything below it. */
  group: z.enum(['topics', 'branches']),
  /** Only what is at or below this topic level; null: everything. */
  under: z.string().nullable(),
  limit: z.int().min(1).max(1_000)
})
export type TrafficQuery = z.infer<typeof TrafficQuery>

/** A topic, or a branch with everything below it. */
export const TrafficRow = z.object({
  path: z.string(),
  /** Topics that had messages. */
  topics: z.int(),
  messages: z.int(),
  /** Of payloads. */
  bytes: z.int(),
  /** The path itself is a topic that had messages. */
  isTopic: z.boolean()
})
export type TrafficRow = z.infer<typeof TrafficRow>

/** Incoming messages of a time, ranked. */
export const TrafficRanking = z.object({
  /** The length of the time, in s. */
  seconds: z.number(),
  /** Of everything at or below `under`. */
  topics: z.int(),
  messages: z.int(),
  bytes: z.int(),
  /** The first `limit` rows, most first. */
  rows: z.array(TrafficRow),
  /** Topics or branches that there are in all. */
  ranked: z.int()
})
export type TrafficRanking = z.infer<typeof TrafficRanking>

const ConnectionId = z.object({ connectionId: z.string() })

export const trafficCalls = {
  /** Ranks what came within the last seconds: of 60, or less where so much came that not all of it is remembered. */
  'traffic.recent': call(
    'connection',
    ConnectionId.extend({ query: TrafficQuery, seconds: z.int().min(1).max(60) }),
    TrafficRanking
  ),
  /**
   * Ranks what the history holds. A call works for at most a quarter of a second and says how far it is (0 to 1); when it is through, it
   * has the ranking, and the sums are at hand for other queries until `fresh` begins anew. Throws HISTORY_UNAVAILABLE.
   */
  'traffic.all': call(
    'archive',
    OfHistory.extend({ query: TrafficQuery, fresh: z.boolean() }),
    z.object({ share: z.number(), ranking: TrafficRanking.nullable() })
  )
}
