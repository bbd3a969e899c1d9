import { z } from 'zod'
import { Bytes } from '../message'
import { call } from './define'
import { OfHistory } from './histories'

/** The source of a chart's values. */
export const SeriesSource = z.object({
  topic: z.string(),
  /** JSON Pointer (RFC 6901) to the value in the decoded payload; `[name=X]` selects the item of that name. '': the payload itself. */
  path: z.string().max(2_000)
})
export type SeriesSource = z.infer<typeof SeriesSource>

/** The values of a source over a period, reduced to a few per interval. */
export const Series = z.object({
  /** Share of the period read so far, 0 to 1. Reading starts with the newest values. */
  share: z.number(),
  /** The history has more values than fit into memory: the oldest are missing. */
  cut: z.boolean(),
  kind: z.enum(['number', 'state', 'none']),
  /** Number of values in the period, and whether all of them are on the line. */
  points: z.int(),
  exact: z.boolean(),
  /** When the next value before the period was received, and the next one after it, in µs; null: none. */
  before: z.number().nullable(),
  after: z.number().nullable(),
  /**
   * When the newest value was received (µs), if it still stands although none has come for longer than usual: it is held to the end of the
   * period, or until now. null: it is recent, or not the newest.
   */
  held: z.number().nullable(),
  /** Times in µs since 1970 UTC, ascending. */
  at: z.array(z.number()),
  /** Numbers, or indexes of `states` (-1: several within an interval), at these times; null begins a gap. */
  values: z.array(z.number().nullable()),
  states: z.array(z.string())
})
export type Series = z.infer<typeof Series>

/** A value in a message of a topic. */
export const SeriesField = z.object({
  path: z.string(),
  /** The same place as a plain JSON Pointer, valid for this message only. */
  place: z.string(),
  kind: z.enum(['number', 'state']),
  /** Its current value. */
  text: z.string()
})
export type SeriesField = z.infer<typeof SeriesField>

/** A period, in µs since 1970 UTC: either `length` (null: everything) up to `to` (null: now), or from `from` to `to`. */
export const SeriesTime = z.union([
  z.object({ to: z.int().nullable(), length: z.int().min(1).nullable() }),
  z.object({ from: z.int(), to: z.int() })
])
export type SeriesTime = z.infer<typeof SeriesTime>

export const seriesCalls = {
  /**
   * Reads values for at most a quarter of a second and returns those read so far. Repeat the call until every `share` is 1. An
   * interval (one of `buckets`) with many numbers is reduced to its first, minimum, maximum and last. Only incoming messages count, up
   * to 1 MB each. A period that ends at `to` or now ends with its newest value, even if that is older than the period; a period with both
   * ends given also lists the next value after it. A gap is a pause of more than a second and more than ten times the usual interval between values.
   * Throws HISTORY_UNAVAILABLE, as the other calls do.
   */
  'series.read': call(
    'archive',
    OfHistory.extend({
      sources: z.array(SeriesSource).max(24),
      time: SeriesTime,
      buckets: z.int().min(8).max(4_000)
    }),
    z.object({
      /** The period that the answer covers. */
      from: z.int(),
      to: z.int(),
      /** The time of the call; in a recording, of its last message. */
      now: z.int(),
      series: z.array(Series)
    })
  ),
  /** The numbers and states in a topic's newest message, at most 300. */
  'series.fields': call('archive', OfHistory.extend({ topic: z.string() }), z.array(SeriesField)),
  /**
   * A part of a source's values as CSV lines, one per value, with ISO 8601 times. `after`: continue after this message, or 0 to start.
   * `next`: the next call's `after`; null: the end.
   */
  'series.csv': call(
    'archive',
    OfHistory.extend({
      source: SeriesSource,
      from: z.int(),
      to: z.int(),
      after: z.int()
    }),
    z.object({ lines: Bytes, next: z.int().nullable(), share: z.number() })
  )
}
