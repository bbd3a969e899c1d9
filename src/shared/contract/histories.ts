import { z } from 'zod'

/** Identifies a history: the one that a connection records, or an open recording. */
export const HistoryRef = z.object({
  kind: z.enum(['connection', 'recording']),
  /** The id of the connection (its profile's) or of the recording. It becomes part of a file name, so it contains no path. */
  id: z.string().regex(/^[\w-]+$/)
})
export type HistoryRef = z.infer<typeof HistoryRef>

/** The input of every call that reads a history. */
export const OfHistory = z.object({ history: HistoryRef })

export function isSameHistory(a: HistoryRef, b: HistoryRef): boolean {
  return a.kind === b.kind && a.id === b.id
}
