import { z } from 'zod'
import { MessageHead } from '../message'
import { call } from './define'
import { OfHistory } from './histories'

/** One difference between two JSON values. */
export const JsonChange = z.object({
  kind: z.enum(['changed', 'added', 'removed']),
  /** JSON Pointer (RFC 6901); empty: the whole value. */
  path: z.string(),
  /** The values before and after in one line, truncated if long; null: no value. */
  before: z.string().nullable(),
  after: z.string().nullable()
})
export type JsonChange = z.infer<typeof JsonChange>

/** Two recorded messages, and how their payloads differ. */
export const Comparison = z.object({
  before: MessageHead,
  after: MessageHead,
  /** `same`: no significant difference. JSON is compared by value, regardless of the order of members. */
  kind: z.enum(['same', 'json', 'text', 'bytes']),
  /** For a side-by-side view: JSON with the members of both in the order of the later payload, text unchanged, bytes as lines of hex. null: too long. */
  left: z.string().nullable(),
  right: z.string().nullable(),
  /** JSON only: the first differences, and the number of all. */
  changes: z.array(JsonChange),
  counts: z.object({ changed: z.int(), added: z.int(), removed: z.int() }),
  /** JSON only: the lines (from 0) of the later payload, as displayed, in which changed and added values begin. */
  lines: z.array(z.int())
})
export type Comparison = z.infer<typeof Comparison>

export const compareCalls = {
  /**
   * How a recorded message differs from another one, or (`before` null) from the previous one of the same topic and direction; null if
   * either does not exist. Throws HISTORY_UNAVAILABLE.
   */
  'messages.compare': call(
    'archive',
    OfHistory.extend({ before: z.int().nullable(), after: z.int() }),
    Comparison.nullable()
  )
}
