import { SvelteMap } from 'svelte/reactivity'
import type { PublishResult } from '../../shared/contract/messages'
import type { RequestStatus } from '../../shared/contract/requests'
import { AppError, type ErrorCode } from '../../shared/errors'
import type { Api } from '../../shared/rpc/contract'

const MOST_KEPT = 100

/** Requests that wait for their answers, and the last ones that ended. */
export class RequestsState {
  readonly #known = new SvelteMap<string, RequestStatus>()
  readonly #published = new Map<string, (outcome: { result: PublishResult } | { error: unknown }) => void>()
  readonly #api: Api

  constructor(api: Api) {
    this.#api = api
  }

  /** Follows the process until the returned function is called. */
  start(): () => void {
    return this.#api.on('requests.changed', (status) => {
      this.#known.set(status.id, status)
      this.#tell(status)
      for (const id of this.#known.keys()) {
        if (this.#known.size <= MOST_KEPT) break
        this.#known.delete(id)
      }
    })
  }

  /** null: nothing is known of it yet. */
  of(id: string): RequestStatus | null {
    return this.#known.get(id) ?? null
  }

  /** An id for a new request. */
  newId(): string {
    // `crypto.randomUUID` exists only on secure origins.
    return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16)).join('')
  }

  /** Resolves to what came of publishing a request: the broker's answer, or why there is none. */
  published(id: string): Promise<{ result: PublishResult } | { error: unknown }> {
    return new Promise((resolve) => {
      this.#published.set(id, resolve)
      const status = this.of(id)
      if (status) this.#tell(status)
    })
  }

  #tell({ id, state, result, error }: RequestStatus): void {
    const resolve = this.#published.get(id)
    if (!resolve || (result === null && (state === 'subscribing' || state === 'waiting'))) return
    this.#published.delete(id)
    if (result) resolve({ result })
    else if (error) resolve({ error: new AppError(error.code as ErrorCode, error.details as never) })
  }

  cancel({ id, connectionId }: RequestStatus): void {
    // If the connection is gone, so is the request.
    this.#api.call('requests.cancel', { id, connectionId }).catch(() => undefined)
  }
}
