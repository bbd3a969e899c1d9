import type { Decoder } from '../../../shared/contract/decode'
import type { MessageView } from '../../../shared/contract/messages'
import type { HistoryRef } from '../../../shared/contract/histories'
import type { Api } from '../../../shared/rpc/contract'
import { Refresh } from '../../state/refresh'

/** A message of a topic: a recorded one by its id, or (null) the topic's last one, live. */
export interface Shown {
  topic: string
  id: number | null
}

const AUTO: Decoder = { format: 'auto' }

/**
 * One complete message. When a live topic has a newer message, it is requested again, one call at a time: a flood never queues calls.
 */
export class MessageState {
  view = $state.raw<MessageView | null>(null)
  /** The topic of the message; null: none was shown yet. While it is being read, `view` may still be of the one before it. */
  topic = $state<string | null>(null)
  /** How to decode the payload: the last choice for the topic. */
  decoder = $state.raw<Decoder>(AUTO)
  loading = $state(false)
  fault = $state.raw<unknown>(null)
  readonly #api: Api
  readonly #history: HistoryRef
  readonly #arrived: () => void
  readonly #chosen = new Map<string, Decoder>()
  #shown: Shown | null = null
  readonly #refresh = new Refresh(
    (current) => this.#ask(current),
    (error) => {
      this.fault = error
      this.loading = false
    }
  )

  /** @param arrived called after each answer to a request has been put into `view` */
  constructor(api: Api, history: HistoryRef, arrived: () => void) {
    this.#api = api
    this.#history = history
    this.#arrived = arrived
  }

  /** Shows the last message of a topic, or a recorded one; null shows nothing. With `keep`, the present one stays until it is there. */
  show(shown: Shown | null, keep = false): void {
    this.#shown = shown
    if (shown && shown.topic !== this.topic) {
      this.topic = shown.topic
      this.decoder = this.#chosen.get(shown.topic) ?? AUTO
    }
    if (!keep) this.view = null
    this.fault = null
    this.loading = shown !== null
    void this.#refresh.restart()
  }

  /** Sets the decoder for the topic's messages. */
  setDecoder(decoder: Decoder): void {
    this.decoder = decoder
    if (this.topic !== null) this.#chosen.set(this.topic, decoder)
    void this.#refresh.restart()
  }

  /** Requests the shown message again, at once or after the pending call. */
  refresh(): void {
    void this.#refresh.request()
  }

  /** Loads the raw payload, for copying and saving; null when the message is gone. */
  async bytes(): Promise<Uint8Array | null> {
    const id = this.view?.head.id
    if (id === undefined) return null
    const found = await this.#get(id, { format: 'raw' })
    return found?.body.format === 'raw' ? found.body.bytes : null
  }

  async #ask(current: () => boolean): Promise<void> {
    const shown = this.#shown
    if (!shown) return
    const view = await this.#fetch(shown)
    if (!current()) return
    this.view = view
    this.fault = null
    this.loading = false
    this.#arrived()
  }

  #fetch({ topic, id }: Shown): Promise<MessageView | null> {
    if (id !== null) return this.#get(id, this.decoder)
    return this.#api.call('topics.get', { history: this.#history, topic, decoder: this.decoder })
  }

  #get(id: number, decoder: Decoder): Promise<MessageView | null> {
    return this.#api.call('messages.get', { history: this.#history, id, decoder })
  }
}
