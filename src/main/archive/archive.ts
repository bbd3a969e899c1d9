import { rm } from 'node:fs/promises'
import type { SchemaInfo } from '../../shared/contract/decode'
import type { TopicFrame } from '../../shared/contract/topics'
import { AppError } from '../../shared/errors'
import { RestartLimit } from '../../shared/restart-limit'
import type { RecordingFacts } from '../history/recording-file'
import type { ExportJob, JobProgress } from '../transfer/job'
import { partPath } from '../transfer/sink'
import type { SpawnWorker, WorkerHandle } from '../worker'
import type { ArchiveFunctions, ArchiveListener, Decoding } from './archive-functions'
import workerPath from './worker?modulePath'

/** Young-generation heap of the thread, in MB: exports create many short-lived objects. */
const YOUNG_MEGABYTES = 16

/**
 * The archive: one thread for all read-only work on history files, so that a long query delays neither messages nor
 * windows. If the thread crashes, pending calls reject with CHANNEL_CLOSED, its exports fail, and the next call
 * starts another. A history file that does not exist yet is an empty history.
 */
export class Archive {
  private running = false
  private thread: WorkerHandle<ArchiveFunctions> | null = null
  private readonly jobs = new Map<string, { output: string; last: JobProgress }>()
  private readonly followed = new Set<string>()
  private decoding: Decoding = { schemas: [], bindings: {} }
  private readonly listeners = new Set<(progress: JobProgress) => void>()
  private readonly crashLimit = new RestartLimit()

  /** `crashed`: the views have ended. `again` is false after crashes in quick succession: perhaps the views themselves cause them. */
  constructor(
    private readonly spawn: SpawnWorker,
    private readonly frameListener: (frame: TopicFrame) => void = () => undefined,
    private readonly crashed: (again: boolean) => void = () => undefined
  ) {}

  start(): void {
    this.running = true
    this.peer()
  }

  /** Keeps a history's search index up to date until the file is released. */
  follow(path: string): void {
    this.followed.add(path)
    this.peer().notify('follow', { path })
  }

  /** Decodes with these schemas and bindings from now on. Returns the contents of the schema files. Throws CHANNEL_CLOSED. */
  async setDecoding(decoding: Decoding): Promise<SchemaInfo[]> {
    this.decoding = decoding
    return this.peer().call('setDecoding', decoding)
  }

  /** Checks a file before it is opened as a recording. Throws the errors of history/recording-file.ts, and CHANNEL_CLOSED. */
  async inspect(path: string): Promise<RecordingFacts> {
    return this.peer().call('inspect', { path })
  }

  /** Starts an export. Its outcome, including failure, is reported as progress. Throws CHANNEL_CLOSED when stopped. */
  export(job: ExportJob): void {
    const peer = this.peer()
    const { jobId, output } = job
    const last: JobProgress = { jobId, state: 'running', written: 0, progress: 0, bytes: 0, reason: null }
    this.jobs.set(jobId, { output, last })
    peer.notify('export', job)
  }

  /** Cancels an export; no effect if it has ended. */
  cancel(jobId: string): void {
    if (this.jobs.has(jobId)) this.peer().notify('cancel', { jobId })
  }

  /** Calls the listener with the progress of every export until the returned function is called. */
  onProgress(listener: (progress: JobProgress) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Cancels the exports of a history file and closes it and its index, so that they can be moved or removed. */
  async release(path: string): Promise<void> {
    this.followed.delete(path)
    await this.peer().call('release', { path })
  }

  /** Cancels every export and ends the thread. */
  async stop(): Promise<void> {
    this.running = false
    const { thread } = this
    if (!thread) return
    // If the thread has crashed meanwhile, it has stopped too.
    await thread.peer.call('stop', null).catch(() => undefined)
    await thread.terminate()
  }

  /** The channel to the thread, which answers the archive's contract calls. Throws CHANNEL_CLOSED. */
  peer(): WorkerHandle<ArchiveFunctions>['peer'] {
    if (!this.running) throw new AppError('CHANNEL_CLOSED', {})
    if (this.thread) return this.thread.peer
    const listener: ArchiveListener = {
      progress: (progress) => this.tell(progress),
      frame: (frame) => this.frameListener(frame)
    }
    const thread = this.spawn<ArchiveFunctions>(workerPath, listener, undefined, YOUNG_MEGABYTES)
    this.thread = thread
    thread.peer.notify('setDecoding', this.decoding)
    for (const path of this.followed) thread.peer.notify('follow', { path })
    thread.onExit((error) => {
      this.thread = null
      void this.failJobs(error?.message ?? 'the archive ended')
      if (this.running) this.crashed(this.crashLimit.take())
    })
    return thread.peer
  }

  /** Fails the jobs of a crashed thread and removes their partial files. */
  private async failJobs(reason: string): Promise<void> {
    for (const [jobId, { output, last }] of [...this.jobs]) {
      await rm(partPath(output, jobId), { force: true }).catch(() => undefined)
      this.tell({ ...last, state: 'failed', reason })
    }
  }

  private tell(progress: JobProgress): void {
    const job = this.jobs.get(progress.jobId)
    if (!job) return
    job.last = progress
    if (progress.state !== 'running') this.jobs.delete(progress.jobId)
    for (const listener of this.listeners) listener(progress)
  }
}
