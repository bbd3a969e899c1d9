import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ExportProgress, ExportRequest } from '../../shared/contract/transfer'
import { AppError } from '../../shared/errors'
import { filterFault } from '../../shared/topic'
import type { ExportJob, JobProgress } from './job'
import { suggestedName } from './name'

/** Who runs exports: the archive. */
interface ExportRunner {
  export(job: ExportJob): void
  cancel(jobId: string): void
  onProgress(listener: (progress: JobProgress) => void): () => void
}

interface Options {
  /** Where exports wait for their download. */
  exportsDirectory: string
  historyPath(profileId: string): string
  /** Throws NOT_FOUND. */
  profileName(profileId: string): string
  /** Asks where to save; null when the person thinks better of it. Without it, exports are for download. */
  chooseFile?: (suggestedName: string) => Promise<string | null>
}

/** Finished exports that wait for a download; older ones are removed. */
const DOWNLOADS_KEPT = 3

/** Exports on a person's behalf: to a file they choose, or to one they then download. */
export class Transfer {
  /** Exports for download, oldest first. */
  private readonly downloads = new Map<string, { path: string; name: string }>()
  /** Exports to a chosen file. */
  private readonly saved = new Map<string, string>()

  constructor(
    private readonly archive: ExportRunner,
    private readonly options: Options
  ) {}

  /** Removes what an earlier run left for download. */
  async start(): Promise<void> {
    await rm(this.options.exportsDirectory, { recursive: true, force: true })
  }

  /** Starts an export; null when no file was chosen for it. Throws INVALID_INPUT, NOT_FOUND, FILE_UNWRITABLE. */
  async export({ profileId, ...request }: ExportRequest): Promise<{ jobId: string } | null> {
    const fault = request.filter === null ? null : filterFault(request.filter)
    if (fault) throw new AppError('INVALID_INPUT', { issues: [{ path: 'filter', fault: `FILTER_${fault}` }] })
    const name = suggestedName(
      this.options.profileName(profileId),
      request.filter,
      request.format,
      new Date()
    )
    const jobId = randomUUID()
    const output = await this.outputFor(jobId, name)
    if (output === null) return null
    this.archive.export({ jobId, path: this.options.historyPath(profileId), request, output })
    return { jobId }
  }

  cancel(jobId: string): void {
    this.archive.cancel(jobId)
  }

  /** A finished export that waits for its download, or null. */
  download(jobId: string): { path: string; name: string } | null {
    const found = this.downloads.get(jobId)
    // The file has its name only when it is whole.
    return found && existsSync(found.path) ? found : null
  }

  /** Hears the progress of every export until the returned function is called. */
  onProgress(listener: (progress: ExportProgress) => void): () => void {
    return this.archive.onProgress((progress) => {
      const { jobId, state } = progress
      const url = state === 'done' && this.downloads.has(jobId) ? `download/${jobId}` : null
      listener({ ...progress, path: this.saved.get(jobId) ?? null, url })
    })
  }

  private async outputFor(jobId: string, name: string): Promise<string | null> {
    const { chooseFile, exportsDirectory } = this.options
    if (chooseFile) {
      const chosen = await chooseFile(name)
      if (chosen !== null) this.saved.set(jobId, chosen)
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
