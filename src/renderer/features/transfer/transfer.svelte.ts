import { SvelteMap } from 'svelte/reactivity'
import type { ExportProgress, ExportRequest } from '../../../shared/contract/transfer'
import type { Api } from '../../../shared/rpc/contract'
import { m } from '../../paraglide/messages'

/** The exports that this window started, by job id. */
export class TransferState {
  readonly jobs = new SvelteMap<string, ExportProgress>()
  /** The export that the dialog shows, and whether the dialog is open: it shows its end itself. */
  current = $state<string | null>(null)
  dialogOpen = $state(false)
  readonly #endListeners = new Set<(job: ExportProgress) => void>()
  readonly #api: Api
  #starting = false

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

  /** Starts an export, which becomes the current one; none does when the person thought better of it in the save dialog. */
  async export(request: ExportRequest): Promise<void> {
    this.#starting = true
    try {
      this.current = (await this.#api.call('transfer.export', request))?.jobId ?? null
    } finally {
      this.#starting = false
    }
  }

  /** Whether a person looking at the dialog sees how a job stands. One that ended before it was known by its id counts too. */
  inSight(jobId: string): boolean {
    return this.dialogOpen && (this.#starting || jobId === this.current)
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
