import type { MessageView, PayloadFormat } from '../../shared/contract/messages'
import type { Api } from '../../shared/rpc/contract'

/** What is shown: the last message of a topic, live, or one from the history, fixed. */
export type Shown = { topic: string } | { id: number }

/**
 * One message, whole. A live topic is asked for again when it has a newer message, one call at a time: a flood never queues calls.
 */
export class MessageState {
  view = $state.raw<MessageView | null>(null)
  format = $state<PayloadFormat>('auto')
  loading = $state(false)
  fault = $state.raw<unknown>(null)
  readonly #api: Api
  readonly #connectionId: string
  #shown: Shown | null = null
  #wanted = false
  #busy = false

  constructor(api: Api, connectionId: string) {
    this.#api = api
    this.#connectionId = connectionId
  }

  show(shown: Shown | null): void {
    this.#shown = shown
    this.view = null
    this.fault = null
    this.refresh()
  }

  setFormat(format: PayloadFormat): void {
    this.format = format
    this.refresh()
  }

  /** Asks again for what is shown; at once, or as soon as the call under way is answered. */
  refresh(): void {
    this.#wanted = true
    if (!this.#busy) void this.#ask()
  }

  /** The payload's own bytes, for copying and saving; null when the message is gone. */
  async bytes(): Promise<Uint8Array | null> {
    const id = this.view?.head.id
    if (id === undefined) return null
    const found = await this.#get(id, 'raw')
    return found?.body.format === 'raw' ? found.body.bytes : null
  }

  async #ask(): Promise<void> {
    this.#busy = true
    while (this.#wanted && this.#shown) {
      this.#wanted = false
      const shown = this.#shown
      this.loading = this.view === null
      try {
        const view = await this.#fetch(shown)
        if (shown !== this.#shown) continue
        this.view = view
        this.fault = null
      } catch (error) {
        if (shown === this.#shown) this.fault = error
      }
      this.loading = false
    }
    this.#busy = false
  }

  #fetch(shown: Shown): Promise<MessageView | null> {
    if ('id' in shown) return this.#get(shown.id, this.format)
    const { topic } = shown
    return this.#api.call('topics.get', { connectionId: this.#connectionId, topic, format: this.format })
  }

  #get(id: number, format: PayloadFormat): Promise<MessageView | null> {
    return this.#api.call('messages.get', { connectionId: this.#connectionId, id, format })
  }
}
