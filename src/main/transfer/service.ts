import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { CallsOf } from '../../shared/contract'
import type { ExportFormat, ExportProgress, ExportRequest } from '../../shared/contract/transfer'
import type { HistoryRef } from '../../shared/contract/histories'
import { AppError } from '../../shared/errors'
import { filterFault } from '../../shared/topic'
import type { Selection } from '../history/scan'
import type { ExportJob, JobProgress } from './job'
import { suggestedName } from './name'
import type { SaveJob } from './saver'

/** Who writes messages as text: the archive. */
interface ExportRunner {
  export(job: ExportJob): void
  cancel(jobId: string): void
  onProgress(listener: (progress: JobProgress) => void): () => void
}

/** Who saves recordings. */
interface RecordingSaver {
  save(job: SaveJob): Promise<unknown>
  cancel(jobId: string): void
  onProgress(listener: (progress: JobProgress) => void): () => void
}

interface Options {
  /** Treetop's own. */
  version: string
  /** Where exports wait for their download. */
  exportsDirectory: string
  historyPath(history: HistoryRef): string
  /** Throws NOT_FOUND. */
  profileName(history: HistoryRef): string
  /** Asks where to save; null when the person thinks better of it. Without it, exports are for download. */
  chooseFile?: (suggestedName: string) => Promise<string | null>
}

/** Finished exports that wait for a download; older ones are removed. */
const DOWNLOADS_KEPT = 3

/** Exports on a person's behalf: to a file they choose, or to one they then download. */
export class Transfer {
  /** Exports for download, oldest first. */
  private readonly downloads = new Map<string, { path: string; name: string }>()
  /** What each export writes, and the file that was chosen for it. */
  private readonly jobs = new Map<string, { format: ExportFormat; chosen: string | null }>()

  constructor(
    private readonly archive: ExportRunner,
    private readonly saver: RecordingSaver,
    private readonly options: Options
  ) {}

  /** `settle` has a history put on disk what its connection has in memory. */
  calls(settle: (history: HistoryRef) => Promise<unknown>): CallsOf<'main', 'transfer'> {
    return {
      'transfer.export': async (request) => {
        await settle(request.history)
        return this.export(request)
      },
      'transfer.cancel': ({ jobId }) => this.cancel(jobId)
    }
  }

  /** Removes what an earlier run left for download. */
  async start(): Promise<void> {
    await rm(this.options.exportsDirectory, { recursive: true, force: true })
  }

  /** Starts an export; null when no file was chosen for it. Throws INVALID_INPUT, NOT_FOUND, FILE_UNWRITABLE. */
  async export({ history, format, ...selection }: ExportRequest): Promise<{ jobId: string } | null> {
    checkSelection(format, selection)
    const profile = this.options.profileName(history)
    const jobId = randomUUID()
    const output = await this.outputFor(
      jobId,
      format,
      suggestedName(profile, selection.filter, format, new Date())
    )
    if (output === null) return null
    const path = this.options.historyPath(history)
    if (format === 'treetop') {
      const origin = { profile, version: this.options.version, savedAt: Date.now() }
      void this.saver.save({ jobId, path, output, origin })
    } else this.archive.export({ jobId, path, request: { ...selection, format }, output })
    return { jobId }
  }

  cancel(jobId: string): void {
    this.archive.cancel(jobId)
    this.saver.cancel(jobId)
  }

  /** A finished export that waits for its download, or null. */
  download(jobId: string): { path: string; name: string } | null {
    const found = this.downloads.get(jobId)
    // The file has its name only when it is whole.
    return found && existsSync(found.path) ? found : null
  }

  /** Hears the progress of every export until the returned function is called. */
  onProgress(listener: (progress: ExportProgress) => void): () => void {
    const tell = (progress: JobProgress): void => {
      const { jobId, state } = progress
      const job = this.jobs.get(jobId)
      if (!job) return
      const url = state === 'done' && this.downloads.has(jobId) ? `download/${jobId}` : null
      listener({ ...progress, format: job.format, path: job.chosen, url })
    }
    const stops = [this.archive.onProgress(tell), this.saver.onProgress(tell)]
    return () => stops.forEach((stop) => stop())
  }

  private async outputFor(jobId: string, format: ExportFormat, name: string): Promise<string | null> {
    const { chooseFile, exportsDirectory } = this.options
    if (chooseFile) {
      const chosen = await chooseFile(name)
      if (chosen !== null) this.jobs.set(jobId, { format, chosen })
      return chosen
    }
    await this.removeOldDownloads()
    const path = join(exportsDirectory, jobId)
    await mkdir(exportsDirectory, { recursive: true }).catch((error: unknown) => {
      throw new AppError('FILE_UNWRITABLE', {
        path: exportsDirectory,
        reason: error instanceof Error ? error.message : String(error)
      })
    })
    this.jobs.set(jobId, { format, chosen: null })
    this.downloads.set(jobId, { path, name })
    return path
  }

  private async removeOldDownloads(): Promise<void> {
    const finished = [...this.downloads].filter(([, { path }]) => existsSync(path))
    for (const [jobId, { path }] of finished.slice(0, Math.max(0, finished.length - DOWNLOADS_KEPT + 1))) {
      await rm(path, { force: true }).catch(() => undefined)
      this.downloads.delete(jobId)
    }
  }
}

/** Throws INVALID_INPUT. A recording is a whole history. */
function checkSelection(format: ExportFormat, { filter, from, to }: Selection): void {
  const fault =
    format === 'treetop'
      ? [filter, from, to].some((part) => part !== null) && 'NOT_OF_A_RECORDING'
      : filter !== null && filterFault(filter)
  if (fault) throw new AppError('INVALID_INPUT', { issues: [{ path: 'filter', fault: `FILTER_${fault}` }] })
}
