import type { CallOutput } from '../../../../shared/contract'
import type { BrokerRetainedScope, BrokerRetainedWork } from '../../../../shared/contract/workbench'
import { isAppError } from '../../../../shared/errors'
import type { Api } from '../../../../shared/rpc/contract'
import { poll } from '../../../state/poll'
import { Refresh } from '../../../state/refresh'

/** How often the progress is asked for, in ms: while nothing is known to happen, and while something does. */
const PERIOD = 1_000
const SOON = 100

export type ClearingPlan = CallOutput<'brokerRetained.count'> & { scope: BrokerRetainedScope }

/** Clears retained messages, and takes that back. */
export class RetainedClearing {
  /** null: not known yet. */
  work = $state.raw<BrokerRetainedWork | null>(null)
  /** What would be cleared, until the person decides. */
  plan = $state.raw<ClearingPlan | null>(null)
  /** The person has ended the work, which ends soon. */
  ending = $state(false)
  /** An outcome is shown until the person has seen it, as long as there is something to undo or it happened just now. */
  readonly outcome = $derived.by(() => {
    const { work } = this
    if (!work || work.running || work.kind === null || this.#isDismissed) return null
    return this.#isMine || work.undo !== null ? work : null
  })
  #isMine = $state(false)
  #isDismissed = $state(false)
  readonly #api: Api
  readonly #failed: (error: unknown) => void
  readonly #changed: () => void
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #refresh = new Refresh(
    async (current) => {
      const work = await this.#api.call('brokerRetained.work')
      if (current()) this.#take(work)
    },
    (error) => this.#fail(error)
  )

  /** @param changed called when retained messages have been cleared or restored */
  constructor(api: Api, failed: (error: unknown) => void, changed: () => void) {
    this.#api = api
    this.#failed = failed
    this.#changed = changed
  }

  /** Follows what a running broker does until the returned function is called. */
  follow(): () => void {
    this.work = null
    const stop = poll(this.#refresh, PERIOD)
    return () => {
      clearTimeout(this.#timer)
      stop()
    }
  }

  /** Counts what a clearing would remove, and asks the person. */
  async prepare(scope: BrokerRetainedScope): Promise<void> {
    await this.#try(async () => {
      this.plan = { ...(await this.#api.call('brokerRetained.count', { scope })), scope }
    })
  }

  async clear(): Promise<void> {
    const { plan } = this
    this.plan = null
    if (plan) await this.#begin(() => this.#api.call('brokerRetained.clear', { scope: plan.scope }))
  }

  undo(overwrite: boolean): Promise<void> {
    return this.#begin(() => this.#api.call('brokerRetained.undo', { overwrite }))
  }

  async cancel(): Promise<void> {
    this.ending = true
    await this.#try(() => this.#api.call('brokerRetained.cancel'))
  }

  dismiss(): void {
    this.#isDismissed = true
  }

  async #begin(call: () => Promise<BrokerRetainedWork>): Promise<void> {
    await this.#try(async () => {
      const work = await call()
      this.#isMine = true
      this.#isDismissed = false
      this.#refresh.cancel()
      this.#take({ ...work, running: true })
    })
  }

  #take(work: BrokerRetainedWork): void {
    const before = this.work
    this.work = work
    clearTimeout(this.#timer)
    if (work.running) this.#timer = setTimeout(() => void this.#refresh.request(), SOON)
    else {
      this.ending = false
      if (before?.running) this.#changed()
    }
  }

  async #try(act: () => Promise<unknown>): Promise<void> {
    try {
      await act()
    } catch (error) {
      this.ending = false
      this.#fail(error)
    }
  }

  /** If the broker stopped meanwhile, its status says so. */
  #fail(error: unknown): void {
    if (!isAppError(error, 'BROKER_NOT_RUNNING')) this.#failed(error)
  }
}
