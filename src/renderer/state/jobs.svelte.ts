import { SvelteMap } from 'svelte/reactivity'
import { goesOn, type Job } from '../../shared/contract/jobs'
import { AppError, type ErrorCode, type ErrorDetails } from '../../shared/errors'
import type { Api } from '../../shared/rpc/contract'

/** The running jobs of Treetop, and the most recent one that ended. */
export class JobsState {
  readonly byId = new SvelteMap<string, Job>()
  readonly #api: Api
  readonly #listeners = new Set<(job: Job) => void>()

  constructor(api: Api) {
    this.#api = api
  }

  /** Follows jobs until the returned function is called. */
  start(): () => void {
    return this.#api.on('jobs.changed', (job) => this.#put(job))
  }

  /** Call each time the process is reached: a job that it does not know ended with the previous process. */
  async load(): Promise<void> {
    const jobs = await this.#api.call('jobs.list')
    const known = new Set(jobs.map(({ id }) => id))
    for (const job of this.byId.values())
      if (goesOn(job) && !known.has(job.id))
        this.#put({ ...job, state: 'failed', error: { code: 'CHANNEL_CLOSED', details: {} } })
    for (const job of jobs) {
      const before = this.byId.get(job.id)
      // Ignore the end of a job that was not being followed.
      if (before && goesOn(before)) this.#put(job)
      else this.byId.set(job.id, job)
    }
  }

  /** Calls back on each change of a job until the returned function is called. */
  onChange(listener: (job: Job) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Resolves to the job as soon as `fits` accepts it. `fits` must accept every ended job. */
  until(started: Job, fits: (job: Job) => boolean): Promise<Job> {
    const now = this.byId.get(started.id) ?? started
    if (fits(now)) return Promise.resolve(now)
    return new Promise((resolve) => {
      const stop = this.onChange((job) => {
        if (job.id !== started.id || !fits(job)) return
        stop()
        resolve(job)
      })
    })
  }

  ended(started: Job): Promise<Job> {
    return this.until(started, (job) => !goesOn(job))
  }

  /** Resolves to the ended job. Throws the error of a failed one. */
  async finished(started: Job): Promise<Job> {
    const job = await this.ended(started)
    if (job.error)
      throw new AppError(job.error.code as ErrorCode, job.error.details as ErrorDetails[ErrorCode])
    return job
  }

  cancel(id: string): Promise<void> {
    return this.#api.call('jobs.cancel', { id })
  }

  #put(job: Job): void {
    this.byId.set(job.id, job)
    for (const listener of this.#listeners) listener(job)
  }
}
