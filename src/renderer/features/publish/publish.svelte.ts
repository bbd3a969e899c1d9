import type { PublishResult } from '../../../shared/contract/messages'
import type { Qos } from '../../../shared/message'
import { topicFault } from '../../../shared/topic'
import type { Api } from '../../../shared/rpc/contract'
import type { Preferences } from '../../state/preferences.svelte'
import { typedPayload, type PayloadFault, type PayloadKind } from './payload'

/** Longer texts (in characters) do not survive a page reload, since the storage holds only about 5 MB in total. */
const LONGEST_KEPT = 200_000

/** The part of a draft that survives a page reload. Files do not, since a page cannot reopen them by itself. */
interface KeptDraft {
  topic: string
  typed: boolean
  kind: Exclude<PayloadKind, 'file'>
  text: string
  qos: Qos
  retain: boolean
}

/** The message that the user is writing and the result of the last publish, per connection. The draft survives a page reload. */
export class PublishState {
  topic = $state('')
  kind = $state<PayloadKind>('text')
  text = $state('')
  file = $state.raw<File | null>(null)
  qos = $state<Qos>(0)
  retain = $state(false)
  busy = $state(false)
  result = $state.raw<PublishResult | null>(null)
  error = $state.raw<unknown>(null)
  /** The user has tried to publish the draft: from then on its faults are shown. */
  tried = $state(false)

  readonly topicFault = $derived(topicFault(this.topic))
  readonly payloadFault = $derived.by<PayloadFault | null>(() => {
    if (this.kind === 'file') return this.file ? null : { code: 'NO_FILE', offset: null }
    const typed = typedPayload(this.kind, this.text)
    return 'fault' in typed ? typed.fault : null
  })

  readonly #api: Api
  readonly #connectionId: string
  /** The user typed the topic, so it no longer follows the selection. */
  #typed = false

  readonly #kept: Preferences | null

  /** `kept` stores the draft across page reloads; null: the draft is not stored. */
  constructor(api: Api, connectionId: string, kept: Preferences | null = null) {
    this.#api = api
    this.#connectionId = connectionId
    this.#kept = kept
    this.#restore()
  }

  /** Stores the draft. */
  keep(): void {
    const { topic, kind, text, qos, retain } = this
    const draft: KeptDraft = {
      topic,
      typed: this.#typed,
      kind: kind === 'file' ? 'text' : kind,
      text: text.length > LONGEST_KEPT ? '' : text,
      qos,
      retain
    }
    this.#kept?.keep(this.#name, JSON.stringify(draft))
  }

  #restore(): void {
    const kept = this.#kept?.recall(this.#name) ?? null
    if (kept === null) return
    try {
      const { topic, typed, kind, text, qos, retain } = JSON.parse(kept) as KeptDraft
      this.#typed = typed
      Object.assign(this, { topic, kind, text, qos, retain })
    } catch {
      // The stored value is not a draft: start with an empty one.
    }
  }

  get #name(): string {
    return `draft.${this.#connectionId}`
  }

  /** Takes over the newly selected topic, unless the user has typed one. */
  suggest(topic: string): void {
    if (!this.#typed) this.topic = topic
  }

  typedTopic(): void {
    this.#typed = this.topic !== ''
    this.result = null
    this.error = null
  }

  /** Re-indents JSON. Leaves the text alone if it is not JSON, or if more than whitespace would change, as with numbers beyond 2^53. */
  formatJson(): void {
    try {
      const formatted = JSON.stringify(JSON.parse(this.text), null, 2)
      if (formatted.replace(/\s/g, '') === this.text.replace(/\s/g, '')) this.text = formatted
    } catch {
      this.tried = true
    }
  }

  async publish(): Promise<void> {
    this.tried = true
    if (this.busy || this.topicFault || this.payloadFault) return
    this.busy = true
    this.result = null
    this.error = null
    try {
      const { topic, qos, retain } = this
      const payload = await this.#payload()
      this.result = await this.#api.call('messages.publish', {
        connectionId: this.#connectionId,
        topic,
        payload,
        qos,
        retain
      })
      this.tried = false
    } catch (error) {
      this.error = error
    } finally {
      this.busy = false
    }
  }

  async #payload(): Promise<Uint8Array> {
    if (this.kind === 'file') return new Uint8Array(await this.file!.arrayBuffer())
    const typed = typedPayload(this.kind, this.text)
    return 'bytes' in typed ? typed.bytes : new Uint8Array()
  }
}
