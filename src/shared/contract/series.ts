import { z } from 'zod'
import { Bytes } from '../message'
import { call } from './define'
import { OfHistory } from './histories'

/** Where a chart takes its values from. */
export const SeriesSource = z.object({
  topic: z.string(),
  /** Where the value is in what a payload holds: a JSON Pointer (RFC 6901), in which `[name=X]` is an array's item of that name; '': the payload itself. */
  path: z.string().max(2_000)
})
export type SeriesSource = z.infer<typeof SeriesSource>

/** The values of a source over a time, at most some of each stretch of it. */
export const Series = z.object({
  /** How much of the time has been read, 0 to 1, the newest first. */
  share: z.number(),
  /** The history has more than fits into memory: the oldest values are missing. */
  cut: z.boolean(),
  kind: z.enum(['number', 'state', 'none']),
  /** Values in the time, and whether each of them is listed. */
  points: z.int(),
  exact: z.boolean(),
  /** Times in µs since 1970 UTC, ascending. */
  at: z.array(z.number()),
  /** Numbers, or indexes of `states` (-1: several within a stretch), at these times; null begins a gap. */
  values: z.array(z.number().nullable()),
  states: z.array(z.string())
})
export type Series = z.infer<typeof Series>

/** A value that a message of a topic holds. */
export const SeriesField = z.object({
  path: z.string(),
  /** The same place as a JSON Pointer into this message alone. */
  place: z.string(),
  kind: z.enum(['number', 'state']),
  /** What it is now. */
  text: z.string()
})
export type SeriesField = z.infer<typeof SeriesField>

/** A time, in µs since 1970 UTC: up to now (`to` null) for so long (null: since the beginning), or between two ends. */
export const SeriesTime = z.union([
  z.object({ to: z.int().nullable(), length: z.int().min(1).nullable() }),
  z.object({ from: z.int(), to: z.int() })
])
export type SeriesTime = z.infer<typeof SeriesTime>

export const seriesCalls = {
  /**
   * Reads values for at most a quarter of a second, and gives what there is by now. Whoever asks goes on until every `share` is 1. In a
   * stretch (one of `buckets`) with many numbers these are its first, its lowest, its highest and its last. Incoming messages
   * count, up to 1 MB each. A gap is where values are missing for ten times as long as lies between most of them, and more than a second.
   * Throws HISTORY_UNAVAILABLE, as the others do.
   */
  'series.read': call(
    'archive',
    OfHistory.extend({
      sources: z.array(SeriesSource).max(24),
      time: SeriesTime,
      buckets: z.int().min(8).max(4_000)
    }),
    z.object({
      /** The time that is answered for. */
      from: z.int(),
      to: z.int(),
      series: z.array(Series)
    })
  ),
  /** The numbers and states in a topic's newest message, at most 300. */
  'series.fields': call('archive', OfHistory.extend({ topic: z.string() }), z.array(SeriesField)),
  /** A part of a source's values as CSV lines, each as it came, with ISO 8601 times. `after`: the message to go on behind, or 0; null: that was all. */
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
