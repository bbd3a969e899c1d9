import type { UpdateStatus } from '../../shared/contract/updates'
import { AppError } from '../../shared/errors'
import type { Api } from '../../shared/rpc/contract'

/** Updates of the desktop app. */
export class UpdatesState {
  status = $state.raw<UpdateStatus>({
    means: 'none',
    page: null,
    step: { state: 'idle' },
    checkedAt: null,
    mayAsk: false
  })
  /** The step awaiting confirmation because messages are being recorded. */
  doubt = $state<'download' | 'install' | null>(null)
  /** The version whose notice the user dismissed. */
  #dismissed = $state<string | null>(null)
  readonly #api: Api

  constructor(api: Api) {
    this.#api = api
  }

  /** Follows the process until the returned function is called. */
  start(): () => void {
    return this.#api.on('updates.changed', (status) => (this.status = status))
  }

  async load(): Promise<void> {
    this.status = await this.#api.call('updates.status')
  }

  /** The newer version to announce on every page; null if there is none or the user dismissed it. */
  get news(): string | null {
    const { step } = this.status
    return 'version' in step && step.version !== this.#dismissed ? step.version : null
  }

  dismiss(): void {
    this.#dismissed = this.news
  }

  async check(): Promise<void> {
    await this.#api.call('updates.check')
  }

  /** Performs the step, or asks for confirmation while messages are being recorded. */
  async want(what: 'download' | 'install', whileRecording = false): Promise<void> {
    this.doubt = null
    try {
      await this.#api.call(`updates.${what}`, { whileRecording })
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'RECORDING') throw error
      this.doubt = what
    }
  }
}
