import type { Decoder } from '../../../shared/contract/decode'
import type { MessageView } from '../../../shared/contract/messages'
import type { Api } from '../../../shared/rpc/contract'

/** What is shown: the last message of a topic, live, or one from the history, fixed. */
export type Shown = { topic: string } | { id: number }

const AUTO: Decoder = { format: 'auto' }

/**
 * One message, whole. A live topic is asked for again when it has a newer message, one call at a time: a flood never queues calls.
 */
export class MessageState {
  view = $state.raw<MessageView | null>(null)
  /** How the payload is to be shown: what was last chosen for the topic. */
  decoder = $state.raw<Decoder>(AUTO)
  loading = $state(false)
  fault = $state.raw<unknown>(null)
  readonly #api: Api
  readonly #connectionId: string
  readonly #chosen = new Map<string, Decoder>()
  #topic = ''
  #shown: Shown | null = null
  #wanted = false
  #busy = false

  constructor(api: Api, connectionId: string) {
    this.#api = api
    this.#connectionId = connectionId
  }

  show(shown: Shown | null): void {
    this.#shown = shown
    if (shown && 'topic' in shown) {
      this.#topic = shown.topic
      this.decoder = this.#chosen.get(shown.topic) ?? AUTO
    }
    this.view = null
    this.fault = null
    this.refresh()
  }

  /** Shows the topic's messages with a decoder, until another one is chosen. */
  setDecoder(decoder: Decoder): void {
    this.decoder = decoder
    this.#chosen.set(this.#topic, decoder)
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
    const found = await this.#get(id, { format: 'raw' })
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
    if ('id' in shown) return this.#get(shown.id, this.decoder)
    const { topic } = shown
    return this.#api.call('topics.get', { connectionId: this.#connectionId, topic, ...this.decoder })
  }

  #get(id: number, decoder: Decoder): Promise<MessageView | null> {
    return this.#api.call('messages.get', { connectionId: this.#connectionId, id, ...decoder })
  }
}
