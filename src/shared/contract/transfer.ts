import { z } from 'zod'
import { call } from './define'
import { HistoryRef } from './histories'
import { Job } from './jobs'
import { Moment } from './moments'

/** `csvSafe` is CSV whose cells no spreadsheet calculates; `treetop` is a recording: the whole history, which Treetop can open again. */
export const ExportFormat = z.enum(['jsonl', 'csv', 'csvSafe', 'treetop'])
export type ExportFormat = z.infer<typeof ExportFormat>
/** Text formats. */
export type TextFormat = Exclude<ExportFormat, 'treetop'>

export const ExportRequest = z.object({
  history: HistoryRef,
  /** Topic filter (wildcards allowed); null for everything, as always for a recording. */
  filter: z.string().nullable(),
  /** Received at or after, and before: microseconds since 1970 UTC; null leaves the end open, as always for a recording. */
  from: z.number().int().nullable(),
  to: z.number().int().nullable(),
  format: ExportFormat,
  /** The moment that the person has marked. A recording keeps it. */
  flag: Moment.nullable().optional()
})
export type ExportRequest = z.infer<typeof ExportRequest>

export const transferCalls = {
  /** Exports messages or saves a recording. Desktop: the job first opens a dialog. Throws INVALID_INPUT, NOT_FOUND, FILE_UNWRITABLE. */
  'transfer.export': call('main', ExportRequest, Job)
}
