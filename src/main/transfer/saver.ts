import { rm, stat } from 'node:fs/promises'
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
}

/** How often the growing file is looked at, in ms. */
const LOOK_EVERY = 200
/** What SQLite may have beside a file that it writes. */
const BESIDE = ['-journal', '-wal', '-shm']

/**
 * Saves histories as recordings, each in a thread of its own: a copy keeps its thread from the first byte to the last, and no page of a history is
 * to wait for it. A job that is cancelled has ended at once for everybody; its thread, which SQLite does not let go of before the copy is whole,
 * ends later, and with it what was left.
 */
export class Saver {
  private readonly running = new Map<string, { controller: AbortController; ended: Promise<unknown> }>()
  private readonly listeners = new Set<(progress: JobProgress) => void>()

  constructor(private readonly spawn: SpawnWorker) {}

  /** Starts to save. Everything that comes of it, failure too, is told as progress. Resolves when it has ended, whatever the end; never throws. */
  save(job: SaveJob): Promise<JobProgress> {
    const controller = new AbortController()
    const ended = this.follow(job, controller.signal)
    this.running.set(job.jobId, { controller, ended })
    return ended.finally(() => this.running.delete(job.jobId))
  }

  /** Cancels a job; one that has ended is left as it is. */
  cancel(jobId: string): void {
    this.running.get(jobId)?.controller.abort()
  }

  /** Cancels every job, and waits until nothing of them is left that can be removed while their threads go on. */
  async stop(): Promise<void> {
    const jobs = [...this.running.values()]
    for (const { controller } of jobs) controller.abort()
    await Promise.all(jobs.map(({ ended }) => ended))
  }

  /** Hears the progress of every job until the returned function is called. */
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
    { jobId, path, output, origin }: SaveJob,
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
      // A job that has ended meanwhile says nothing more.
      if (watching) tell({ bytes, progress: Math.min(0.99, bytes / expected) })
    }
    let watching = true
    const timer = setInterval(() => void look().catch(() => undefined), LOOK_EVERY)
    const { copied, end } = this.copy({ source: path, target: part, origin }, (bytes) => (expected = bytes))
    const cancelled = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error))
    })
    try {
      signal.throwIfAborted()
      const { messages } = await Promise.race([copied, cancelled])
      const bytes = await sizeOf()
      // From here on a cancel comes too late.
      await sink.finish()
      watching = false
      tell({ state: 'done', written: messages, progress: 1, bytes })
    } catch (error) {
      await leave()
      throw error
    } finally {
      watching = false
      clearInterval(timer)
      // Where a file that is open cannot be removed, it can be now.
      void end().then(leave)
    }
  }

  /** Copies in a thread of its own, and a way to end that. */
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
    // Nobody may be waiting any more when it fails.
    copied.catch(() => undefined)
    return { copied, end: () => end() }
  }
}
