import { SvelteMap } from 'svelte/reactivity'
import type { HistoryRef } from '../../../shared/contract/histories'
import { goesOn, type Job } from '../../../shared/contract/jobs'
import type { ReplayRequest, ReplayStatus } from '../../../shared/contract/replay'
import type { Api } from '../../../shared/rpc/contract'
import type { JobsState } from '../../state/jobs.svelte'
import { failureTo, type Notify } from '../../state/sentences'
import { endOf } from './replay-words'

/** What the user wants to replay. */
export interface AskedReplay {
  history: HistoryRef
  /** Name of the connection or recording. */
  name: string
  /** The initial topic filter; null: everything. */
  filter: string | null
  /** When the last hour or day ends, in ms since 1970 UTC; null: now. */
  until: number | null
}

/** The replays that go on, and the one that the user is asked about. */
export class ReplayState {
  asked = $state.raw<AskedReplay | null>(null)
  /** By job. */
  readonly running = new SvelteMap<string, ReplayStatus>()
  readonly #api: Api
  readonly #jobs: JobsState
  readonly #notify: Notify
  readonly #failed: (error: unknown) => void

  constructor(api: Api, jobs: JobsState, notify: Notify) {
    this.#api = api
    this.#jobs = jobs
    this.#notify = notify
    this.#failed = failureTo(notify)
  }

  /** Follows replays until the returned function is called. */
  start(): () => void {
    const stops = [
      this.#api.on('replay.changed', (status) => void this.running.set(status.id, status)),
      this.#jobs.onChange((job) => this.#jobChanged(job))
    ]
    return () => stops.forEach((stop) => stop())
  }

  /** Call each time the process is reached. */
  async load(): Promise<void> {
    const list = await this.#api.call('replay.list')
    const known = new Set(list.map(({ id }) => id))
    for (const id of this.running.keys()) if (!known.has(id)) this.running.delete(id)
    for (const status of list) this.running.set(status.id, status)
  }

  /** Opens the dialog. */
  ask(asked: AskedReplay): void {
    this.asked = asked
  }

  /** Throws the errors of `replay.start`. */
  async begin(request: ReplayRequest): Promise<void> {
    await this.#api.call('replay.start', request)
  }

  control(id: string, action: 'pause' | 'resume' | 'step'): void {
    this.#api.call('replay.control', { id, action }).catch(this.#failed)
  }

  cancel(id: string): void {
    this.#jobs.cancel(id).catch(this.#failed)
  }

  #jobChanged(job: Job): void {
    if (job.kind !== 'replay' || goesOn(job)) return
    const status = this.running.get(job.id)
    this.running.delete(job.id)
    this.#notify(...endOf(job, status ?? null))
  }
}
