import { z } from 'zod'
import { MessageHead } from '../message'
import { call } from './define'
import { OfHistory } from './histories'

/** One difference between two JSON values. */
export const JsonChange = z.object({
  kind: z.enum(['changed', 'added', 'removed']),
  /** JSON Pointer (RFC 6901); empty: the whole. */
  path: z.string(),
  /** The value before and after in one line, cut when it is long; null where there is none. */
  before: z.string().nullable(),
  after: z.string().nullable()
})
export type JsonChange = z.infer<typeof JsonChange>

/** Two recorded messages, and how their payloads differ. */
export const Comparison = z.object({
  before: MessageHead,
  after: MessageHead,
  /** `same`: no difference that means anything; JSON is compared by its values, not by the order of its members. */
  kind: z.enum(['same', 'json', 'text', 'bytes']),
  /** To be laid side by side: JSON with its members sorted, text as it is, bytes as lines of hex. null where they are too long for that. */
  left: z.string().nullable(),
  right: z.string().nullable(),
  /** Of JSON: the first differences, and how many there are. */
  changes: z.array(JsonChange),
  counts: z.object({ changed: z.int(), added: z.int(), removed: z.int() }),
  /** Of JSON: the lines (from 0) of the later payload, as it is shown, in which changed and added values begin. */
  lines: z.array(z.int())
})
export type Comparison = z.infer<typeof Comparison>

export const compareCalls = {
  /**
   * How a recorded message differs from another one, or (`before` null) from the one before it on its topic and of its direction; null when either is
   * not there. Throws HISTORY_UNAVAILABLE.
   */
  'messages.compare': call(
    'archive',
    OfHistory.extend({ before: z.int().nullable(), after: z.int() }),
    Comparison.nullable()
  )
}
