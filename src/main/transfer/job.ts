import type { TextFormat } from '../../shared/contract/transfer'
import { isAppError } from '../../shared/errors'
import type { Selection } from '../history/scan'
import { exportHistory } from './exporter'
import { fileSink, partPath } from './sink'

/** An export to a file, as passed to its thread. */
export interface ExportJob {
  jobId: string
  /** The history file, which need not exist. */
  path: string
  request: Selection & { format: TextFormat }
  /** The file to write. */
  output: string
}

/** Progress reported by the thread of an export or of a recording being saved. */
export interface JobProgress {
  jobId: string
  state: 'running' | 'done' | 'cancelled' | 'failed'
  /** Messages written. */
  written: number
  /** Share of the range that has been read, 0 to 1. */
  progress: number
  bytes: number
  /** Why it failed. */
  reason: string | null
}

/** Runs a job to its end and reports progress, including failure. Never throws. */
export async function runJob(
  { jobId, path, request, output }: ExportJob,
  signal: AbortSignal,
  tell: (progress: JobProgress) => void
): Promise<void> {
  let last: JobProgress = { jobId, state: 'running', written: 0, progress: 0, bytes: 0, reason: null }
  try {
    const sink = await fileSink(output, partPath(output, jobId))
    const { share, written, bytes } = await exportHistory(path, request, sink, {
      signal,
      onStage({ share, written, bytes }) {
        last = { ...last, written, bytes, progress: share }
        tell(last)
      }
    })
    tell({ ...last, state: 'done', written, bytes, progress: share })
  } catch (error) {
    if (signal.aborted) tell({ ...last, state: 'cancelled' })
    else tell({ ...last, state: 'failed', reason: reasonOf(error) })
  }
}

/** The original error message of the system or SQLite. */
export function reasonOf(error: unknown): string {
  if (isAppError(error, 'FILE_UNWRITABLE') || isAppError(error, 'HISTORY_UNAVAILABLE'))
    return error.details.reason
  return error instanceof Error ? error.message : String(error)
}
