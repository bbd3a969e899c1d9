import type { Scope } from '../../../shared/contract/messages'
import type { Api } from '../../../shared/rpc/contract'
import { m } from '../../paraglide/messages'
import type { Toast } from '../../ui/Toasts.svelte'
import { count } from '../../state/format'
import { sentenceFor } from '../../state/sentences'

/** Removing recorded messages for good, which is asked about first. */
export class ClearingState {
  /** What is to be removed, and how many messages that are; null: nothing is being asked. */
  asked = $state.raw<{ scope: Scope; messages: number } | null>(null)
  busy = $state(false)
  readonly #api: Api
  readonly #connectionId: string
  readonly #notify: (tone: Toast['tone'], text: string) => void

  constructor(api: Api, connectionId: string, notify: (tone: Toast['tone'], text: string) => void) {
    this.#api = api
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

  /** Removes what was asked about. */
  clear(): Promise<void> {
    return this.#attempt(async () => {
      const { scope } = this.asked!
      this.asked = null
      const { messages } = await this.#api.call('messages.clear', { connectionId: this.#connectionId, scope })
      this.#notify('good', m.history_cleared({ count: count(messages) }))
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
