import { existsSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { CallsOf } from '../../shared/contract'
import type { ExportFormat, ExportRequest } from '../../shared/contract/transfer'
import type { HistoryRef } from '../../shared/contract/histories'
import type { Job, JobResult } from '../../shared/contract/jobs'
import { AppError } from '../../shared/errors'
import { filterFault } from '../../shared/topic'
import type { Selection } from '../history/scan'
import type { Jobs, RunningJob } from '../jobs/jobs'
import type { ExportJob, JobProgress } from './job'
import { suggestedName } from './name'
import type { SaveJob } from './saver'

/** Writes messages as text: the archive. */
interface ExportRunner {
  export(job: ExportJob): void
  cancel(jobId: string): void
  onProgress(listener: (progress: JobProgress) => void): () => void
}

/** Saves recordings. */
interface RecordingSaver {
  save(job: SaveJob): Promise<unknown>
  cancel(jobId: string): void
  onProgress(listener: (progress: JobProgress) => void): () => void
}

interface Options {
  /** Treetop's version. */
  version: string
  /** Directory of exports waiting for download. */
  exportsDirectory: string
  /** The file of a history, after its connection has written pending data to disk. */
  settledPath(history: HistoryRef): Promise<string>
  /** Throws NOT_FOUND. */
  profileName(history: HistoryRef): string
  /** Asks where to save; null when the user cancels. If absent, exports are for download. */
  chooseFile?: (suggestedName: string) => Promise<string | null>
}

/** How many finished exports wait for download; older ones are removed. */
const DOWNLOADS_KEPT = 3

/** Runs the user's exports: to a chosen file, or to a file for download. */
export class Transfer {
  /** Exports for download, oldest first. */
  private readonly downloads = new Map<string, { path: string; name: string }>()

  constructor(
    private readonly jobs: Jobs,
    private readonly archive: ExportRunner,
    private readonly saver: RecordingSaver,
    private readonly options: Options
  ) {}

  calls(): CallsOf<'main', 'transfer'> {
    return { 'transfer.export': (request) => this.export(request) }
  }

  /** Removes downloads that an earlier run left. */
  async start(): Promise<void> {
    await rm(this.options.exportsDirectory, { recursive: true, force: true })
  }

  /** Starts an export. Throws INVALID_INPUT, NOT_FOUND. */
  export({ history, format, flag = null, ...selection }: ExportRequest): Job {
    checkSelection(format, selection)
    const profile = this.options.profileName(history)
    const name = suggestedName(profile, selection.filter, format, new Date())
    const write = async (job: RunningJob): Promise<JobResult> => {
      const { output, result } = await this.outputFor(job, name)
      job.report({ state: 'running' })
      const path = await this.options.settledPath(history)
      if (format === 'treetop') {
        const origin = { profile, version: this.options.version, savedAt: Date.now() }
        const saving = { jobId: job.id, path, output, origin, flag }
        await follow(job, this.saver, () => void this.saver.save(saving))
      } else {
        const request = { ...selection, format }
        await follow(job, this.archive, () => this.archive.export({ jobId: job.id, path, request, output }))
      }
      return result
    }
    const run = (job: RunningJob): Promise<JobResult> =>
      write(job).catch((error: unknown) => {
        this.downloads.delete(job.id)
        throw error
      })
    return this.jobs.start(format === 'treetop' ? 'saveRecording' : 'export', run, {
      choosing: this.options.chooseFile !== undefined
    })
  }

  /** A finished export that waits for its download, or null. */
  download(jobId: string): { path: string; name: string } | null {
    const found = this.downloads.get(jobId)
    // The file gets its final name only when it is complete.
    return found && existsSync(found.path) ? found : null
  }

  /** The file to write, and the job's result once it is complete. Throws FILE_UNWRITABLE, and the signal's reason. */
  private async outputFor(job: RunningJob, name: string): Promise<{ output: string; result: JobResult }> {
    const { chooseFile, exportsDirectory } = this.options
    if (chooseFile) {
      const output = await job.choice(chooseFile(name))
      return { output, result: { kind: 'file', path: output, url: null } }
    }
    await this.removeOldDownloads()
    const output = join(exportsDirectory, job.id)
    await mkdir(exportsDirectory, { recursive: true }).catch((error: unknown) => {
      throw new AppError('FILE_UNWRITABLE', {
        path: exportsDirectory,
        reason: error instanceof Error ? error.message : String(error)
      })
    })
    this.downloads.set(job.id, { path: output, name })
    return { output, result: { kind: 'file', path: null, url: `download/${job.id}` } }
  }

  private async removeOldDownloads(): Promise<void> {
    const finished = [...this.downloads].filter(([, { path }]) => existsSync(path))
    for (const [jobId, { path }] of finished.slice(0, Math.max(0, finished.length - DOWNLOADS_KEPT + 1))) {
      await rm(path, { force: true }).catch(() => undefined)
      this.downloads.delete(jobId)
    }
  }
}

/** Starts work in another thread, and resolves when it is done. Rejects when it is cancelled or fails. */
function follow(
  job: RunningJob,
  runner: Pick<ExportRunner, 'cancel' | 'onProgress'>,
  start: () => void
): Promise<void> {
  return new Promise((resolve, reject) => {
    const { id, signal } = job
    const stop = runner.onProgress(({ jobId, state, written, progress, bytes, reason }) => {
      if (jobId !== id) return
      job.report({ messages: written, progress, bytes })
      if (state === 'running') return
      stop()
      if (state === 'done') return resolve()
      // The history's file was closed during the export.
      if (state === 'cancelled') job.cancel()
      reject(new Error(reason ?? state))
    })
    signal.addEventListener('abort', () => runner.cancel(id))
    start()
    if (signal.aborted) runner.cancel(id)
  })
}

/** Throws INVALID_INPUT. A recording is always a complete history. */
function checkSelection(format: ExportFormat, { filter, from, to }: Selection): void {
  const fault =
    format === 'treetop'
      ? [filter, from, to].some((part) => part !== null) && 'NOT_OF_A_RECORDING'
      : filter !== null && filterFault(filter)
  if (fault) throw new AppError('INVALID_INPUT', { issues: [{ path: 'filter', fault: `FILTER_${fault}` }] })
}
