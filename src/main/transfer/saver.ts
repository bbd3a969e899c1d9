import { rm, stat } from 'node:fs/promises'
import type { Moment } from '../../shared/contract/moments'
import type { RecordingOrigin } from '../../shared/contract/recordings'
import type { SpawnWorker } from '../worker'
import { reasonOf, type JobProgress } from './job'
import type { CopyJob, SaveFunctions, SaveListener } from './save-thread'
import workerPath from './save-worker?modulePath'
import { fileSink, partPath } from './sink'

/** A history to be saved as a recording. */
export interface SaveJob {
  jobId: string
  /** The history file, which need not exist. */
  path: string
  /** The file to write. */
  output: string
  origin: RecordingOrigin
  /** The moment that the person has marked. */
  flag?: Moment | null
}

/** How often the growing file's size is checked, in ms. */
const LOOK_EVERY = 200
/** Suffixes of files that SQLite may create beside a file that it writes. */
const BESIDE = ['-journal', '-wal', '-shm']

/**
 * Saves histories as recordings, each in its own thread: a copy blocks its thread from start to end, and pages of a history must not
 * wait for it. A cancelled job ends at once for callers. Its thread, which SQLite blocks until the copy is complete,
 * ends later, and its remaining files are removed then.
 */
export class Saver {
  private readonly running = new Map<string, { controller: AbortController; ended: Promise<unknown> }>()
  private readonly listeners = new Set<(progress: JobProgress) => void>()

  constructor(private readonly spawn: SpawnWorker) {}

  /** Starts saving. The outcome, including failure, is reported as progress. Resolves when the job has ended; never throws. */
  save(job: SaveJob): Promise<JobProgress> {
    const controller = new AbortController()
    const ended = this.follow(job, controller.signal)
    this.running.set(job.jobId, { controller, ended })
    return ended.finally(() => this.running.delete(job.jobId))
  }

  /** Cancels a job; no effect if it has ended. */
  cancel(jobId: string): void {
    this.running.get(jobId)?.controller.abort()
  }

  /** Cancels every job, and waits until all files that can be removed while their threads run are removed. */
  async stop(): Promise<void> {
    const jobs = [...this.running.values()]
    for (const { controller } of jobs) controller.abort()
    await Promise.all(jobs.map(({ ended }) => ended))
  }

  /** Calls the listener with the progress of every job until the returned function is called. */
  onProgress(listener: (progress: JobProgress) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  private async follow(job: SaveJob, signal: AbortSignal): Promise<JobProgress> {
    let last: JobProgress = {
      jobId: job.jobId,
      state: 'running',
      written: 0,
      progress: 0,
      bytes: 0,
      reason: null
    }
    const tell = (change: Partial<JobProgress>): void => {
      last = { ...last, ...change }
      for (const listener of this.listeners) listener(last)
    }
    try {
      await this.run(job, signal, tell)
    } catch (error) {
      if (signal.aborted) tell({ state: 'cancelled' })
      else tell({ state: 'failed', reason: reasonOf(error) })
    }
    return last
  }

  private async run(
    { jobId, path, output, origin, flag = null }: SaveJob,
    signal: AbortSignal,
    tell: (change: Partial<JobProgress>) => void
  ): Promise<void> {
    const part = partPath(output, jobId)
    const sink = await fileSink(output, part)
    const leave = async (): Promise<void> => {
      await sink.abandon()
      for (const end of BESIDE) await rm(part + end, { force: true }).catch(() => undefined)
    }
    const sizeOf = async (): Promise<number> => (await stat(part)).size
    let expected = Infinity
    const look = async (): Promise<void> => {
      const bytes = await sizeOf()
      // A job that has ended meanwhile reports nothing more.
      if (watching) tell({ bytes, progress: Math.min(0.99, bytes / expected) })
    }
    let watching = true
    const timer = setInterval(() => void look().catch(() => undefined), LOOK_EVERY)
    const { copied, end } = this.copy(
      { source: path, target: part, origin, flag },
      (bytes) => (expected = bytes)
    )
    const cancelled = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error))
    })
    try {
      signal.throwIfAborted()
      const { messages } = await Promise.race([copied, cancelled])
      const bytes = await sizeOf()
      // From here on it is too late to cancel.
      await sink.finish()
      watching = false
      tell({ state: 'done', written: messages, progress: 1, bytes })
    } catch (error) {
      await leave()
      throw error
    } finally {
      watching = false
      clearInterval(timer)
      // On systems that cannot remove an open file, it can be removed now.
      void end().then(leave)
    }
  }

  /** Starts a copy in its own thread. `end` ends the thread. */
  private copy(
    job: CopyJob,
    expect: SaveListener['expect']
  ): { copied: Promise<{ messages: number }>; end: () => Promise<void> } {
    let end = (): Promise<void> => Promise.resolve()
    const copied = new Promise<{ messages: number }>((resolve, reject) => {
      const listener: SaveListener = {
        expect,
        done: resolve,
        failed: (reason) => reject(new Error(reason))
      }
      const thread = this.spawn<SaveFunctions>(workerPath, listener)
      thread.onExit((error) => reject(error ?? new Error('its thread ended')))
      thread.peer.notify('copy', job)
      end = () => thread.terminate()
    })
    // If nothing awaits it any more, a failure must not be an unhandled rejection.
    copied.catch(() => undefined)
    return { copied, end: () => end() }
  }
}
