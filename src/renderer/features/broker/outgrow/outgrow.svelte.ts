import { goesOn, type Job } from '../../../../shared/contract/jobs'
import type { ServerKind } from '../../../../shared/contract/left-behind'
import { AppError, type ErrorCode, type ErrorDetails } from '../../../../shared/errors'
import type { Api } from '../../../../shared/rpc/contract'
import { JobsState } from '../../../state/jobs.svelte'
import { Task } from '../../../state/task.svelte'

/** Writing the folder with which a server takes over. A running job, and the last result, are found again when the page is. */
export class OutgrowState {
  server = $state<ServerKind>('mosquitto')
  /** In a browser: where to write. */
  folder = $state('')
  readonly job = $derived.by(() => this.#newest())
  readonly isRunning = $derived(this.job !== null && goesOn(this.job))
  readonly result = $derived(this.job?.result?.kind === 'server' ? this.job.result : null)
  /** The newest job ended without a result, and the person has not gone on since. */
  readonly hasFailed = $derived.by(
    () => this.job !== null && this.job.id !== this.#past && !this.isRunning && this.result === null
  )
  /** Why there is no folder. */
  readonly error = $derived.by(() => this.#task.error ?? (this.hasFailed ? errorOf(this.job) : null))
  readonly #api: Api
  readonly #jobs: JobsState
  readonly #task = new Task()
  /** A job whose failure is of no interest any more. */
  #past = $state<string | null>(null)

  constructor(api: Api) {
    this.#api = api
    this.#jobs = new JobsState(api)
  }

  /** Follows the jobs until the returned function is called. */
  start(): () => void {
    void this.#load()
    return this.#jobs.start()
  }

  /** @param asksFolder the process asks for the folder */
  async write(asksFolder: boolean): Promise<void> {
    const { server, folder } = this
    await this.#task.run(async () => {
      const job = await this.#api.call('outgrow.write', { server, folder: asksFolder ? null : folder })
      if (!this.#jobs.byId.has(job.id)) this.#jobs.byId.set(job.id, job)
    })
  }

  async cancel(): Promise<void> {
    if (this.job) await this.#jobs.cancel(this.job.id)
  }

  /** What is typed has changed: a refusal was about the text before. */
  edited(): void {
    this.#task.error = null
    if (!this.isRunning) this.#past = this.job?.id ?? null
  }

  /** A failure of an earlier visit is not shown again. */
  async #load(): Promise<void> {
    await this.#jobs.load().catch(() => undefined)
    if (!this.isRunning) this.#past = this.job?.id ?? null
  }

  #newest(): Job | null {
    return [...this.#jobs.byId.values()].filter(({ kind }) => kind === 'moveToServer').at(-1) ?? null
  }
}

function errorOf(job: Job | null): unknown {
  if (!job?.error) return null
  return new AppError(job.error.code as ErrorCode, job.error.details as ErrorDetails[ErrorCode])
}
