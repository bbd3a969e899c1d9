import type {
  HistoryRow,
  MessageView,
  PayloadFormat,
  Scope,
  SearchQuery,
  SearchStep
} from '../../shared/contract/messages'
import type { Comparison } from '../../shared/contract/compare'
import { compare } from '../decode/compare'
import { decode } from '../decode/detect'
import { previewOf } from '../decode/preview'
import { snippetOf } from '../decode/snippet'
import { historyFault, openIfThere } from '../history/open'
import { HistoryReader, type PageQuery } from '../history/reader'
import { bytesOfHex } from '../history/needle'
import { HistorySearch } from '../history/search'
import { Indexing } from './indexing'
import { runJob, type ExportJob, type JobProgress } from '../transfer/job'

/** What the archive's thread answers to. A history file that does not exist yet is an empty history. */
export interface ArchiveFunctions {
  /** Throws HISTORY_UNAVAILABLE, as the next three do. */
  page(input: PageQuery & { path: string }): { rows: HistoryRow[]; more: boolean }
  search(input: { path: string; query: SearchQuery; before?: number; limit: number }): SearchStep
  get(input: { path: string; id: number; format: PayloadFormat }): MessageView | null
  compare(input: { path: string; before: number | null; after: number }): Comparison | null
  count(input: { path: string; scope: Scope }): number
  /** Keeps a history's search index up to date until the file is released. */
  follow(input: { path: string }): void
  /** Starts an export; what comes of it is told as progress. */
  export(job: ExportJob): void
  cancel(input: { jobId: string }): void
  /** Cancels the exports of a file and closes it. */
  release(input: { path: string }): Promise<void>
  /** Cancels every export and closes every file. */
  stop(): Promise<void>
}

interface OpenHistory {
  reader: HistoryReader
  search: HistorySearch
}

interface RunningJob {
  path: string
  controller: AbortController
  ended: Promise<void>
}

/** Read-only work on history files. Files stay open from their first use until they are released. */
export function createArchive(tell: (progress: JobProgress) => void): ArchiveFunctions {
  const readers = new Map<string, OpenHistory>()
  const indexing = new Indexing()
  const jobs = new Map<string, RunningJob>()

  const read = <T>(path: string, none: T, work: (history: OpenHistory) => T): T => {
    const reader = readers.get(path) ?? openIfThere(path, openHistory)
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
    readers.get(path)?.reader.close()
    readers.get(path)?.search.close()
    readers.delete(path)
    indexing.leave(path)
  }

  return {
    page({ path, ...query }) {
      const { rows, more } = read(path, { rows: [], more: false }, ({ reader }) => reader.page(query))
      return { rows: rows.map(({ start, ...head }) => ({ ...head, ...previewOf(start, head.size) })), more }
    },
    search({ path, query, before, limit }) {
      const indexed = indexing.of(path)
      const none = { found: [], next: null, share: 1 }
      const { found, next, share } = read(path, none, ({ search }) =>
        search.step(query, indexed?.index ?? null, before, limit)
      )
      const sought = query.hex ? bytesOfHex(query.text) : query.text
      const rows = found.map(({ payload, ...head }) => ({ ...head, ...snippetOf(payload, sought) }))
      return { rows, next, share, unindexed: indexed?.unindexed ?? 0 }
    },
    follow: ({ path }) => indexing.follow(path),
    get({ path, id, format }) {
      const message = read(path, null, ({ reader }) => reader.get(id))
      if (!message) return null
      const { payload, ...head } = message
      return { head, body: decode(payload, format) }
    },
    compare: ({ path, before, after }) =>
      read(path, null, ({ reader }) => {
        const last = reader.get(after)
        const first = last && reader.get(before ?? reader.previous(last))
        if (!first) return null
        const { payload: left, ...beforeHead } = first
        const { payload: right, ...afterHead } = last
        return { before: beforeHead, after: afterHead, ...compare(left, right) }
      }),
    count: ({ path, scope }) => read(path, 0, ({ reader }) => reader.count(scope)),
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
      indexing.stop()
    }
  }
}

function openHistory(path: string): OpenHistory {
  const reader = HistoryReader.open(path)
  try {
    return { reader, search: HistorySearch.open(path) }
  } catch (error) {
    reader.close()
    throw error
  }
}
