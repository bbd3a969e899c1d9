import { rm } from 'node:fs/promises'
import type { SchemaInfo } from '../../shared/contract/decode'
import type { TopicFrame } from '../../shared/contract/topics'
import { AppError } from '../../shared/errors'
import type { RecordingFacts } from '../history/recording-file'
import type { ExportJob, JobProgress } from '../transfer/job'
import { partPath } from '../transfer/sink'
import type { SpawnWorker, WorkerHandle } from '../worker'
import type { ArchiveFunctions, ArchiveListener, Decoding } from './archive-functions'
import workerPath from './worker?modulePath'

/** Room for short-lived objects in the thread: exports make many, and none that lasts. */
const YOUNG_MEGABYTES = 16

/**
 * The archive: one thread for all read-only work on history files, so that a long query delays neither a message nor a
 * window. When the thread crashes, what waits for it rejects with CHANNEL_CLOSED, its exports fail, and the next call
 * starts another. A history file that does not exist yet is an empty history.
 */
export class Archive {
  private running = false
  private thread: WorkerHandle<ArchiveFunctions> | null = null
  private readonly jobs = new Map<string, { output: string; last: JobProgress }>()
  private readonly followed = new Set<string>()
  private decoding: Decoding = { schemas: [], bindings: {} }
  private readonly listeners = new Set<(progress: JobProgress) => void>()

  constructor(
    private readonly spawn: SpawnWorker,
    private readonly frameListener: (frame: TopicFrame) => void = () => undefined
  ) {}

  start(): void {
    this.running = true
    this.peer()
  }

  /** Keeps a history's search index up to date until the file is released, or it is left. */
  follow(path: string): void {
    this.followed.add(path)
    this.peer().notify('follow', { path })
  }

  /** Decodes with these schemas and bindings from now on. Gives what the schema files hold. Throws CHANNEL_CLOSED. */
  async setDecoding(decoding: Decoding): Promise<SchemaInfo[]> {
    this.decoding = decoding
    return this.peer().call('setDecoding', decoding)
  }

  /** Looks at a file that is to be opened as a recording. Throws what history/recording-file.ts does, CHANNEL_CLOSED. */
  async inspect(path: string): Promise<RecordingFacts> {
    return this.peer().call('inspect', { path })
  }

  /** Starts an export. Everything that comes of it, failure too, is told as progress. Throws CHANNEL_CLOSED when stopped. */
  export(job: ExportJob): void {
    const peer = this.peer()
    const { jobId, output } = job
    const last: JobProgress = { jobId, state: 'running', written: 0, progress: 0, bytes: 0, reason: null }
    this.jobs.set(jobId, { output, last })
    peer.notify('export', job)
  }

  /** Cancels an export; one that has ended is left as it is. */
  cancel(jobId: string): void {
    if (this.jobs.has(jobId)) this.peer().notify('cancel', { jobId })
  }

  /** Hears the progress of every export until the returned function is called. */
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
    // A thread that has crashed meanwhile has stopped too.
    await thread.peer.call('stop', null).catch(() => undefined)
    await thread.terminate()
  }

  /** The way to the thread, which answers the contract's calls of the archive. Throws CHANNEL_CLOSED. */
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
    })
    return thread.peer
  }

  /** Ends the jobs of a thread that is gone, with what they left behind. */
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
