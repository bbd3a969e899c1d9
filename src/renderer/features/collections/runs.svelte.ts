import type { ScheduleStatus } from '../../../shared/contract/schedules'
import type { Api } from '../../../shared/rpc/contract'
import { failureTo, type Notify } from '../../state/sentences'
import type { RequestDraft } from './request-draft.svelte'
import { scheduleEnded } from './schedule-words'

/** What runs from the collections by itself, on all connections. */
export class RunsState {
  schedules = $state.raw<readonly ScheduleStatus[]>([])
  readonly #api: Api
  readonly #notify: Notify
  readonly #failed: (error: unknown) => void

  constructor(api: Api, notify: Notify) {
    this.#api = api
    this.#notify = notify
    this.#failed = failureTo(notify)
  }

  /** Follows the process until the returned function is called. */
  start(): () => void {
    return this.#api.on('schedules.changed', (list) => this.#take(list))
  }

  async load(): Promise<void> {
    this.schedules = await this.#api.call('schedules.list')
  }

  /** Starts the schedule of a message as it is shown, saved or not. Returns false if its fields have faults. */
  async startSchedule(
    collection: string,
    path: string,
    connectionId: string,
    draft: RequestDraft
  ): Promise<boolean> {
    const request = $state.snapshot(draft.request)
    try {
      const { faults, schedule } = await this.#api.call('schedules.start', {
        ...{ collection, path, connectionId, request }
      })
      return faults.length === 0 && schedule.length === 0
    } catch (error) {
      this.#failed(error)
      return true
    }
  }

  /** null: all. */
  stopSchedules(id: string | null): void {
    this.#api.call('schedules.stop', { id }).catch(this.#failed)
  }

  /** Removes the reports of schedules that have ended; null: all. */
  dismissSchedules(id: string | null): void {
    this.#api.call('schedules.dismiss', { id }).catch(this.#failed)
  }

  #take(list: readonly ScheduleStatus[]): void {
    const before = new Map(this.schedules.map((each) => [each.id, each.state]))
    this.schedules = list
    for (const status of list)
      if (
        status.state === 'ended' &&
        status.end !== 'stopped' &&
        (before.get(status.id) ?? 'ended') !== 'ended'
      )
        this.#notify(status.end === 'connection' || status.failed > 0 ? 'bad' : 'good', scheduleEnded(status))
  }
}
