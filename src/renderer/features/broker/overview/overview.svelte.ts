import {
  SAMPLE_COLUMNS,
  type BrokerHistory,
  type BrokerOverview,
  type SampleColumn
} from '../../../../shared/contract/workbench'
import { isAppError } from '../../../../shared/errors'
import type { Api } from '../../../../shared/rpc/contract'
import { poll } from '../../../state/poll'
import { Refresh } from '../../../state/refresh'

/** ms */
const PERIOD = 1_000
/** Samples of an hour. */
const KEPT = 3_600

const nothing: BrokerHistory = {
  times: [],
  columns: Object.fromEntries(SAMPLE_COLUMNS.map((name) => [name, []])) as unknown as Record<
    SampleColumn,
    number[]
  >
}

/** The state of the running broker, and its samples of the last hour. */
export class OverviewState {
  /** null: not known yet. */
  now = $state.raw<BrokerOverview | null>(null)
  samples = $state.raw<BrokerHistory>(nothing)
  /** Why the state is not known. */
  fault = $state.raw<unknown>(null)
  readonly #api: Api
  readonly #refresh = new Refresh(
    (current) => this.#ask(current),
    (error) => {
      // If the broker stopped between two polls, its status says so.
      if (!isAppError(error, 'BROKER_NOT_RUNNING')) this.fault = error
    }
  )

  constructor(api: Api) {
    this.#api = api
  }

  /** Follows a broker that has just started, or has been running, until the returned function is called. */
  follow(): () => void {
    this.now = null
    this.samples = nothing
    this.fault = null
    return poll(this.#refresh, PERIOD)
  }

  async #ask(current: () => boolean): Promise<void> {
    const [now, newer] = await Promise.all([
      this.#api.call('overview.get'),
      this.#api.call('overview.history', { after: this.samples.times.at(-1) ?? null })
    ])
    if (!current()) return
    this.now = now
    this.fault = null
    if (newer.times.length > 0) this.samples = joined(this.samples, newer)
  }
}

function joined(before: BrokerHistory, newer: BrokerHistory): BrokerHistory {
  const both = (one: readonly number[], other: readonly number[]): number[] => [...one, ...other].slice(-KEPT)
  return {
    times: both(before.times, newer.times),
    columns: Object.fromEntries(
      SAMPLE_COLUMNS.map((name) => [name, both(before.columns[name], newer.columns[name])])
    ) as Record<SampleColumn, number[]>
  }
}
