import { z } from 'zod'
import { call } from './define'
import { HistoryRef } from './histories'

/** `treetop` is a recording: the whole history, to be opened again. */
export const ExportFormat = z.enum(['jsonl', 'csv', 'treetop'])
export type ExportFormat = z.infer<typeof ExportFormat>
/** Formats of messages as text. */
export type TextFormat = Exclude<ExportFormat, 'treetop'>

export const ExportRequest = z.object({
  history: HistoryRef,
  /** Topic filter (wildcards allowed); null for everything, as always for a recording. */
  filter: z.string().nullable(),
  /** Received at or after, and before: microseconds since 1970 UTC; null leaves the end open, as always for a recording. */
  from: z.number().int().nullable(),
  to: z.number().int().nullable(),
  format: ExportFormat
})
export type ExportRequest = z.infer<typeof ExportRequest>

export const ExportProgress = z.object({
  jobId: z.string(),
  format: ExportFormat,
  state: z.enum(['running', 'done', 'cancelled', 'failed']),
  /** Messages written, and an estimate of all to be looked at (0 while it is not known). */
  written: z.number().int(),
  /** Share of the range that has been read, 0 to 1. */
  progress: z.number(),
  bytes: z.number().int(),
  /** Desktop: where the file is. Browser: null. */
  path: z.string().nullable(),
  /** Browser: where to download the finished file, relative to the page. Desktop: null. */
  url: z.string().nullable(),
  /** Why it failed. */
  reason: z.string().nullable()
})
export type ExportProgress = z.infer<typeof ExportProgress>

const JobId = z.object({ jobId: z.string() })

export const transferCalls = {
  /** Desktop: asks where to save first; null when the person thinks better of it. Progress comes as `transfer.progress`. */
  'transfer.export': call('main', ExportRequest, JobId.nullable()),
  'transfer.cancel': call('main', JobId, z.void())
}

export const transferEvents = {
  'transfer.progress': ExportProgress
}
