import type { HistoryRow, MessageView, PayloadFormat, Scope } from '../../shared/contract/messages'
import { decode } from '../decode/detect'
import { previewOf } from '../decode/preview'
import { historyFault, openIfThere } from '../history/open'
import { HistoryReader, type PageQuery } from '../history/reader'
import { runJob, type ExportJob, type JobProgress } from '../transfer/job'

/** What the archive's thread answers to. A history file that does not exist yet is an empty history. */
export interface ArchiveFunctions {
  /** Throws HISTORY_UNAVAILABLE, as the next two do. */
  page(input: PageQuery & { path: string }): { rows: HistoryRow[]; more: boolean }
  get(input: { path: string; id: number; format: PayloadFormat }): MessageView | null
  count(input: { path: string; scope: Scope }): number
  /** Starts an export; what comes of it is told as progress. */
  export(job: ExportJob): void
  cancel(input: { jobId: string }): void
  /** Cancels the exports of a file and closes it. */
  release(input: { path: string }): Promise<void>
  /** Cancels every export and closes every file. */
  stop(): Promise<void>
}

interface RunningJob {
  path: string
  controller: AbortController
  ended: Promise<void>
}

/** Read-only work on history files. Files stay open from their first use until they are released. */
export function createArchive(tell: (progress: JobProgress) => void): ArchiveFunctions {
  const readers = new Map<string, HistoryReader>()
  const jobs = new Map<string, RunningJob>()

  const read = <T>(path: string, none: T, work: (reader: HistoryReader) => T): T => {
    const reader = readers.get(path) ?? openIfThere(path, (existing) => HistoryReader.open(existing))
    if (!reader) return none
    readers.set(path, reader)
    try {
      return work(reader)
    } catch (error) {
      throw historyFault(error)
    }
  }
  const cancelJobs = async (concerned: (job: RunningJob) => boolean): Promise<void> => {
    const found = [...jobs.values()].filter(concerned)
    for (const { controller } of found) controller.abort()
    await Promise.all(found.map(({ ended }) => ended))
  }
  const close = (path: string): void => {
    readers.get(path)?.close()
    readers.delete(path)
  }

  return {
    page({ path, ...query }) {
      const { rows, more } = read(path, { rows: [], more: false }, (reader) => reader.page(query))
      return { rows: rows.map(({ start, ...head }) => ({ ...head, ...previewOf(start, head.size) })), more }
    },
    get({ path, id, format }) {
      const message = read(path, null, (reader) => reader.get(id))
      if (!message) return null
      const { payload, ...head } = message
      return { head, body: decode(payload, format) }
    },
    count: ({ path, scope }) => read(path, 0, (reader) => reader.count(scope)),
    export(job) {
      const controller = new AbortController()
      const ended = runJob(job, controller.signal, tell).finally(() => jobs.delete(job.jobId))
      jobs.set(job.jobId, { path: job.path, controller, ended })
    },
    cancel: ({ jobId }) => jobs.get(jobId)?.controller.abort(),
    async release({ path }) {
      await cancelJobs((job) => job.path === path)
      close(path)
    },
    async stop() {
      await cancelJobs(() => true)
      for (const path of [...readers.keys()]) close(path)
    }
  }
}
