import { goesOn, type Job } from '../../../shared/contract/jobs'
import type { ExportRequest } from '../../../shared/contract/transfer'
import type { Api } from '../../../shared/rpc/contract'
import type { JobsState } from '../../state/jobs.svelte'

/** The exports that this window started. */
export class TransferState {
  /** Id of the export that the dialog shows. While the dialog is open, it reports the outcome itself. */
  current = $state<string | null>(null)
  dialogOpen = $state(false)
  readonly job = $derived.by(() =>
    this.current === null ? null : (this.#jobs.byId.get(this.current) ?? null)
  )
  readonly #api: Api
  readonly #jobs: JobsState
  #starting = false

  constructor(api: Api, jobs: JobsState) {
    this.#api = api
    this.#jobs = jobs
  }

  /** Starts an export, which becomes the current one; there is none if the user chose no file. Throws INVALID_INPUT, NOT_FOUND. */
  async export(request: ExportRequest): Promise<void> {
    this.#starting = true
    try {
      const job = await this.#jobs.until(
        await this.#api.call('transfer.export', request),
        ({ state }) => state !== 'choosing'
      )
      this.current = job.state === 'cancelled' ? null : job.id
    } finally {
      this.#starting = false
    }
  }

  /** Whether the open dialog shows the state of a job. Also true while an export starts, since its job may end before its id is known. */
  inSight(id: string): boolean {
    return this.dialogOpen && (this.#starting || id === this.current)
  }

  cancel(id: string): Promise<void> {
    return this.#jobs.cancel(id)
  }

  /** Calls back when an export is done, cancelled or failed, until the returned function is called. */
  onEnd(listener: (job: Job) => void): () => void {
    return this.#jobs.onChange((job) => {
      if ((job.kind === 'export' || job.kind === 'saveRecording') && !goesOn(job)) listener(job)
    })
  }
}
