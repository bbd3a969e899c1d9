import type { Comparison } from '../../../shared/contract/compare'
import type { Api } from '../../../shared/rpc/contract'

/** How a message differs from the one before it, or from one that was picked. Asked for one call at a time: a flood never queues calls. */
export class CompareState {
  comparison = $state.raw<Comparison | null>(null)
  /** Asked, and answered: where there is no comparison then, there is nothing to compare with. */
  ready = $state(false)
  fault = $state.raw<unknown>(null)
  readonly #api: Api
  readonly #connectionId: string
  #wanted: { before: number | null; after: number } | null = null
  #busy = false

  constructor(api: Api, connectionId: string) {
    this.#api = api
    this.#connectionId = connectionId
  }

  /** Compares a message with another one; null: with the one before it. */
  show(before: number | null, after: number): void {
    this.#wanted = { before, after }
    if (!this.#busy) void this.#ask()
  }

  clear(): void {
    this.#wanted = null
    this.comparison = null
    this.ready = false
    this.fault = null
  }

  async #ask(): Promise<void> {
    this.#busy = true
    while (this.#wanted) {
      const wanted = this.#wanted
      this.#wanted = null
      try {
        const input = { connectionId: this.#connectionId, ...wanted }
        this.comparison = await this.#api.call('messages.compare', input)
        this.fault = null
      } catch (error) {
        this.comparison = null
        this.fault = error
      }
      this.ready = true
    }
    this.#busy = false
  }
}
