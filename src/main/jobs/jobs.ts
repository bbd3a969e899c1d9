import { randomUUID } from 'node:crypto'
import { EventEmitter } from 'node:events'
import type { CallsOf } from '../../shared/contract'
import { goesOn, type Job, type JobKind, type JobResult } from '../../shared/contract/jobs'
import { AppError, encodeError } from '../../shared/errors'

/** Minimum interval between progress events, in ms. */
const TELL_EVERY = 100
/** How many ended jobs stay listed. */
const ENDED_KEPT = 20

/** A running job, as its work sees it. */
export interface RunningJob {
  readonly id: string
  /** Aborts when the job is cancelled. */
  readonly signal: AbortSignal
  /** Reports progress; `running` ends `choosing`. */
  report: (change: Partial<Pick<Job, 'progress' | 'messages' | 'bytes'> & { state: 'running' }>) => void
  /**
   * Waits for the user's choice. Rejects when the user chooses nothing, which cancels the job, and as soon as the job is cancelled: a
   * later choice is dropped.
   */
  choice: <T>(asked: Promise<T | null>) => Promise<T>
  /** Ends the job as cancelled, once the work rejects. */
  cancel: () => void
}

export interface JobOptions {
  /** Whether it begins with the user choosing a file. */
  choosing?: boolean
  /** false: `cancel` has no effect. */
  cancellable?: boolean
  /** Called when its work has ended, or was cancelled before it began; before the job's end is reported. */
  ended?: () => void
}

interface Entry {
  job: Job
  cancel: (() => void) | null
  /** The worker that runs it; null: this thread. */
  owner: string | null
  ended: Promise<unknown>
}

/** Long-running work: each job has an id, reports progress, can be cancelled, and ends with a result or an error. */
export class Jobs extends EventEmitter<{ changed: [Job] }> {
  private readonly entries = new Map<string, Entry>()
  private readonly timers = new Map<string, NodeJS.Timeout>()

  calls(): CallsOf<'main', 'jobs'> {
    return {
      'jobs.list': () => this.list(),
      'jobs.cancel': ({ id }) => this.cancel(id)
    }
  }

  /**
   * Starts work. It is done when the work resolves, with its result; cancelled when the work rejects after the job was cancelled, or with
   * the signal's own reason; failed when it rejects otherwise.
   */
  start(
    kind: JobKind,
    work: (job: RunningJob) => Promise<JobResult | null>,
    { choosing = false, cancellable = true, ended: afterwards }: JobOptions = {}
  ): Job {
    const controller = new AbortController()
    const { signal } = controller
    const job: Job = {
      id: randomUUID(),
      kind,
      state: choosing ? 'choosing' : 'running',
      progress: 0,
      messages: 0,
      bytes: 0,
      error: null,
      result: null
    }
    const { id } = job
    const finish = async (): Promise<JobResult | null> => {
      try {
        // It may have been cancelled before its first step.
        signal.throwIfAborted()
        return await work({
          id,
          signal,
          report: (change) => this.report(id, change),
          choice: (asked) => choiceOf(asked, controller),
          cancel: () => controller.abort()
        })
      } finally {
        afterwards?.()
      }
    }
    const run = async (): Promise<void> => {
      try {
        const result = await finish()
        this.change(id, { state: 'done', progress: 1, result })
      } catch (error) {
        if (signal.aborted) this.change(id, { state: 'cancelled' })
        else this.change(id, { state: 'failed', error: plain(error) })
      }
    }
    // Run later, so that the caller has the job before the first progress event.
    const ended = Promise.resolve().then(run)
    this.entries.set(id, { job, cancel: cancellable ? () => controller.abort() : null, owner: null, ended })
    this.emit('changed', job)
    return job
  }

  list(): Job[] {
    return [...this.entries.values()].map(({ job }) => job)
  }

  cancel(id: string): void {
    const entry = this.entries.get(id)
    if (entry && goesOn(entry.job)) entry.cancel?.()
  }

  /** Adds or updates a job that a worker runs and reports. */
  adopt(job: Job, owner: string, cancel: () => void): void {
    this.entries.set(job.id, { job, cancel, owner, ended: Promise.resolve() })
    this.told(job)
  }

  /** Fails the running jobs of a worker that has ended. */
  abandon(owner: string): void {
    for (const { job, owner: from } of this.entries.values())
      if (from === owner && goesOn(job))
        this.change(job.id, { state: 'failed', error: plain(new AppError('CHANNEL_CLOSED', {})) })
  }

  /** Cancels every job, and waits until they have ended. */
  async stop(): Promise<void> {
    for (const { job } of [...this.entries.values()]) this.cancel(job.id)
    await Promise.all(
      [...this.entries.values()].filter(({ cancel }) => cancel !== null).map(({ ended }) => ended)
    )
  }

  private report(id: string, change: Partial<Job>): void {
    const entry = this.entries.get(id)
    if (!entry || !goesOn(entry.job)) return
    if (change.state !== undefined && change.state !== entry.job.state) return this.change(id, change)
    entry.job = { ...entry.job, ...change }
    if (this.timers.has(id)) return
    const tell = (): void => {
      this.timers.delete(id)
      this.emit('changed', entry.job)
    }
    this.timers.set(id, setTimeout(tell, TELL_EVERY).unref())
  }

  private change(id: string, change: Partial<Job>): void {
    const entry = this.entries.get(id)
    if (!entry || !goesOn(entry.job)) return
    entry.job = { ...entry.job, ...change }
    this.told(entry.job)
  }

  private told(job: Job): void {
    clearTimeout(this.timers.get(job.id))
    this.timers.delete(job.id)
    this.emit('changed', job)
    if (!goesOn(job)) this.forgetOldest()
  }

  private forgetOldest(): void {
    const ended = [...this.entries].filter(([, { job }]) => !goesOn(job))
    for (const [id] of ended.slice(0, -ENDED_KEPT)) this.entries.delete(id)
  }
}

function choiceOf<T>(asked: Promise<T | null>, controller: AbortController): Promise<T> {
  const { signal } = controller
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error))
    if (signal.aborted) reject(signal.reason as Error)
    asked.then((chosen) => (chosen === null ? controller.abort() : resolve(chosen)), reject)
  })
}

function plain(error: unknown): NonNullable<Job['error']> {
  const { code, details } = encodeError(error)
  return { code, details: { ...details } }
}
