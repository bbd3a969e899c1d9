import type { CallOutput } from '../../../shared/contract'
import type { WatchDraft } from '../../../shared/contract/watch'
import type { Api } from '../../../shared/rpc/contract'
import { Latest } from '../../state/latest'

/** How long the user must pause before what was typed is tried, in ms. */
const PAUSE = 300

/** Tries the edited rule with the recorded messages. */
export class Trial {
  /** Seconds up to now. */
  seconds = $state(3_600)
  result = $state.raw<CallOutput<'watch.try'>>(null)
  isRunning = $state(false)
  error = $state.raw<unknown>(null)
  readonly #api: Api
  readonly #connectionId: string
  readonly #latest = new Latest()
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(api: Api, connectionId: string) {
    this.#api = api
    this.#connectionId = connectionId
  }

  /** Tries another rule soon; null: there is none to try. */
  of(draft: WatchDraft | null, seconds: number): void {
    clearTimeout(this.#timer)
    this.#latest.cancel()
    this.error = null
    if (draft === null) {
      this.isRunning = false
      this.result = null
      return
    }
    this.isRunning = true
    this.#timer = setTimeout(() => void this.#run(draft, seconds), PAUSE)
  }

  stop(): void {
    this.of(null, 0)
  }

  async #run(draft: WatchDraft, seconds: number): Promise<void> {
    const current = this.#latest.begin()
    try {
      const history = { kind: 'connection' as const, id: this.#connectionId }
      const result = await this.#api.call('watch.try', { history, draft, seconds })
      if (!current() || result === null) return
      this.result = result
    } catch (error) {
      if (!current()) return
      this.error = error
      this.result = null
    }
    this.isRunning = false
  }
}
