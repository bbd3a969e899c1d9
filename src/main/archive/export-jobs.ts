import { runJob, type ExportJob, type JobProgress } from '../transfer/job'

interface RunningExport {
  path: string
  controller: AbortController
  ended: Promise<void>
}

/** The exports that run in the archive's thread. */
export class ExportJobs {
  private readonly running = new Map<string, RunningExport>()

  constructor(private readonly tell: (progress: JobProgress) => void) {}

  start(job: ExportJob): void {
    const controller = new AbortController()
    const ended = runJob(job, controller.signal, this.tell).finally(() => this.running.delete(job.jobId))
    this.running.set(job.jobId, { path: job.path, controller, ended })
  }

  cancel(jobId: string): void {
    this.running.get(jobId)?.controller.abort()
  }

  /** Cancels the exports of a history, or all (null), and waits until they have ended. */
  async cancelAll(path: string | null): Promise<void> {
    const found = [...this.running.values()].filter((job) => path === null || job.path === path)
    for (const { controller } of found) controller.abort()
    await Promise.all(found.map(({ ended }) => ended))
  }
}
