import type { SavedRequest } from '../../../shared/contract/collections'
import type { SentContent } from '../../../shared/contract/requests'
import type { PublishResult } from '../../../shared/contract/messages'
import type { PublishProperties } from '../../../shared/composed-properties'
import type { Qos } from '../../../shared/message'
import type { Api } from '../../../shared/rpc/contract'
import { RequestsState } from '../../state/requests.svelte'
import type { Notify } from '../../state/sentences'
import { isPublished, publishedText } from './collections-words'
import type { RequestDraft } from './request-draft.svelte'
import { RunsState } from './runs.svelte'

/** Where a connection lists what was published on it. */
export interface PublishedMessages {
  add(
    message: {
      topic: string
      kind: 'text' | 'json' | 'hex' | 'base64'
      text: string
      file: null
      encoding: null
      qos: Qos
      retain: boolean
      properties: PublishProperties
      isMasked: boolean
    },
    at: number,
    outcome: { result: PublishResult } | { error: unknown }
  ): unknown
}

/** A message, and the connection that it goes to. */
export interface Destination {
  collection: string
  path: string
  connectionId: string
  /** Name of the connection. */
  to: string
}

/** Sends messages of the collections: once, with an answer, or on a schedule. */
export class Sending {
  readonly runs: RunsState
  readonly requests: RequestsState
  readonly #api: Api
  readonly #notify: Notify
  readonly #listOf: (connectionId: string) => PublishedMessages

  constructor(api: Api, notify: Notify, listOf: (connectionId: string) => PublishedMessages) {
    this.#api = api
    this.#notify = notify
    this.#listOf = listOf
    this.runs = new RunsState(api, notify)
    this.requests = new RequestsState(api)
  }

  /** Follows the process until the returned function is called. */
  start(): () => void {
    const stops = [this.runs.start(), this.requests.start()]
    return () => stops.forEach((stop) => stop())
  }

  /** Publishes a message as it is shown, saved or not. */
  async publish({ to, ...destination }: Destination, draft: RequestDraft): Promise<void> {
    if (draft.busy) return
    draft.busy = true
    const at = Date.now()
    const request = $state.snapshot(draft.request)
    try {
      const outcome = await this.#api.call('collections.publish', { ...destination, request })
      draft.published = { at, to, outcome }
      if ('sent' in outcome)
        this.#list(destination.connectionId, at, request, outcome.sent, { result: outcome.result })
    } catch (error) {
      draft.published = { at, to, outcome: { error } }
    }
    draft.busy = false
  }

  /** Publishes from another page, where a notice says what came of it. */
  async publishAndTell(destination: Destination, draft: RequestDraft): Promise<void> {
    await this.publish(destination, draft)
    const { published } = draft
    if (published) this.#notify(isPublished(published) ? 'good' : 'bad', publishedText(published))
  }

  /** Publishes a message as it is shown, and waits for its answer. */
  async ask({ to, ...destination }: Destination, draft: RequestDraft): Promise<void> {
    if (draft.busy) return
    draft.busy = true
    const id = this.requests.newId()
    const at = Date.now()
    const request = $state.snapshot(draft.request)
    draft.asked = draft.published = null
    try {
      const outcome = await this.#api.call('collections.ask', { ...destination, id, request })
      if ('sent' in outcome) {
        const { sent } = outcome
        draft.asked = { id, payload: sent.text }
        void this.requests
          .published(id)
          .then((published) => this.#list(destination.connectionId, at, request, sent, published))
      } else draft.published = { at, to, outcome }
    } catch (error) {
      draft.published = { at, to, outcome: { error } }
    }
    draft.busy = false
  }

  #list(
    connectionId: string,
    at: number,
    { format, qos, retain }: SavedRequest,
    { topic, text, isText, properties, isMasked }: SentContent,
    outcome: { result: PublishResult } | { error: unknown }
  ): void {
    const kind = isText ? (format === 'json' ? 'json' : 'text') : 'base64'
    const message = {
      topic,
      kind,
      text,
      file: null,
      encoding: null,
      qos,
      retain,
      properties,
      isMasked
    } as const
    this.#listOf(connectionId).add(message, at, outcome)
  }
}
