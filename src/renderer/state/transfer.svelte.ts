import { SvelteMap } from 'svelte/reactivity'
import type { ExportProgress, ExportRequest } from '../../shared/contract/transfer'
import type { Api } from '../../shared/rpc/contract'
import { m } from '../paraglide/messages'

/** The exports that this window started, by job id. */
export class TransferState {
  readonly jobs = new SvelteMap<string, ExportProgress>()
  readonly #endListeners = new Set<(job: ExportProgress) => void>()
  readonly #api: Api

  constructor(api: Api) {
    this.#api = api
  }

  /** Follows progress until the returned function is called. */
  start(): () => void {
    return this.#api.on('transfer.progress', (job) => this.#take(job))
  }

  /** After the main process was lost: what ran with it has failed. */
  load(): void {
    for (const job of this.jobs.values())
      if (job.state === 'running') this.#take({ ...job, state: 'failed', reason: m.export_lost() })
  }

  /** Starts an export. Gives its job id, or null when the person thought better of it in the save dialog. */
  async export(request: ExportRequest): Promise<string | null> {
    return (await this.#api.call('transfer.export', request))?.jobId ?? null
  }

  cancel(jobId: string): Promise<void> {
    return this.#api.call('transfer.cancel', { jobId })
  }

  /** Calls back when a job is done, cancelled or failed, until the returned function is called. */
  onEnd(listener: (job: ExportProgress) => void): () => void {
    this.#endListeners.add(listener)
    return () => this.#endListeners.delete(listener)
  }

  #take(job: ExportProgress): void {
    this.jobs.set(job.jobId, job)
    if (job.state !== 'running') for (const listener of this.#endListeners) listener(job)
  }
}
