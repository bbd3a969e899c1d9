import type { Scope } from '../../../shared/contract/messages'
import type { Api } from '../../../shared/rpc/contract'
import { m } from '../../paraglide/messages'
import { count } from '../../state/format'
import type { JobsState } from '../../state/jobs.svelte'
import { type Notify, sentenceFor } from '../../state/sentences'

/** Permanent removal of recorded messages, after a confirmation. */
export class ClearingState {
  /** The scope to remove and its number of messages, while the confirmation is open; null: it is not. */
  asked = $state.raw<{ scope: Scope; messages: number } | null>(null)
  busy = $state(false)
  /** Progress of the removal, 0 to 1; null: none is running. */
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

  /** Counts the messages to remove, and asks for confirmation. */
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

  /** Removes the confirmed scope. The user is notified of the end even if the dialog was closed in the meantime. */
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
