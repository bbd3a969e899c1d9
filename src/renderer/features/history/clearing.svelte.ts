import type { Scope } from '../../../shared/contract/messages'
import type { Api } from '../../../shared/rpc/contract'
import { m } from '../../paraglide/messages'
import { count } from '../../state/format'
import type { JobsState } from '../../state/jobs.svelte'
import { type Notify, sentenceFor } from '../../state/sentences'

/** Removing recorded messages for good, which is asked about first. */
export class ClearingState {
  /** What is to be removed, and how many messages that are; null: nothing is being asked. */
  asked = $state.raw<{ scope: Scope; messages: number } | null>(null)
  busy = $state(false)
  /** How far the removal is, 0 to 1; null: nothing is being removed. */
  readonly progress = $derived.by(() =>
    this.#jobId === null ? null : (this.#jobs.byId.get(this.#jobId)?.progress ?? 0)
  )
  #jobId = $state<string | null>(null)
  readonly #api: Api
  readonly #jobs: JobsState
  readonly #connectionId: string
  readonly #notify: Notify

  constructor(api: Api, jobs: JobsState, connectionId: string, notify: Notify) {
    this.#api = api
    this.#jobs = jobs
    this.#connectionId = connectionId
    this.#notify = notify
  }

  /** Counts what would go, and asks. */
  ask(scope: Scope): Promise<void> {
    return this.#attempt(async () => {
      const { messages } = await this.#api.call('messages.count', {
        history: { kind: 'connection', id: this.#connectionId },
        scope
      })
      this.asked = { scope, messages }
    })
  }

  stay(): void {
    this.asked = null
  }

  /** Removes what was asked about. Whoever closes the dialog meanwhile hears of the end all the same. */
  clear(): Promise<void> {
    return this.#attempt(async () => {
      const { asked } = this
      const started = await this.#api.call('messages.clear', {
        connectionId: this.#connectionId,
        scope: asked!.scope
      })
      this.#jobId = started.id
      try {
        const { messages } = await this.#jobs.finished(started)
        this.#notify('good', m.history_cleared({ count: count(messages) }))
      } finally {
        this.#jobId = null
        if (this.asked === asked) this.asked = null
      }
    })
  }

  async #attempt(action: () => Promise<void>): Promise<void> {
    this.busy = true
    try {
      await action()
    } catch (error) {
      this.#notify('bad', sentenceFor(error))
    } finally {
      this.busy = false
    }
  }
}
