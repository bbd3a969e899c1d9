import type { HistoryRef } from '../../../shared/contract/histories'
import type { Comparison } from '../../../shared/contract/compare'
import type { Api } from '../../../shared/rpc/contract'
import { Refresh } from '../../state/refresh'

/** Compares a message with the previous one, or with one the user picked. One call at a time: a flood never queues calls. */
export class CompareState {
  comparison = $state.raw<Comparison | null>(null)
  /** The call has finished: if `comparison` and `fault` are both null, there is nothing to compare with. */
  ready = $state(false)
  fault = $state.raw<unknown>(null)
  readonly #api: Api
  readonly #history: HistoryRef
  #wanted: { before: number | null; after: number } | null = null
  readonly #refresh = new Refresh(
    (current) => this.#ask(current),
    (error) => this.#put(null, error)
  )

  constructor(api: Api, history: HistoryRef) {
    this.#api = api
    this.#history = history
  }

  /** Compares a message with another one; null: the previous one. */
  show(before: number | null, after: number): void {
    this.#wanted = { before, after }
    void this.#refresh.request()
  }

  clear(): void {
    this.#refresh.cancel()
    this.#wanted = null
    this.comparison = null
    this.ready = false
    this.fault = null
  }

  async #ask(current: () => boolean): Promise<void> {
    if (!this.#wanted) return
    const input = { history: this.#history, ...this.#wanted }
    const comparison = await this.#api.call('messages.compare', input)
    if (current()) this.#put(comparison, null)
  }

  #put(comparison: Comparison | null, fault: unknown): void {
    this.comparison = comparison
    this.fault = fault
    this.ready = true
  }
}
