import { LOCAL_PROFILE_ID } from '../../shared/contract/profiles'
import { nothingCopied, type SubtreeStatus } from '../../shared/contract/subtree'
import type { Job } from '../../shared/contract/jobs'
import type { Api } from '../../shared/rpc/contract'
import type { JobsState } from './jobs.svelte'
import { failureTo, type Notify } from './sentences'

/** How topics change when they are pasted: they lose `remove`, if they begin with it, and get `add` before them. */
export interface Placing {
  remove: string
  add: string
}

/** The subtree that was copied last, and its paste on the local broker. */
export class SubtreeState {
  status = $state.raw<SubtreeStatus>(nothingCopied)
  /** The user was told of the state, and wants to hear no more of it until something happens. */
  dismissed = $state(true)
  /** The placing that the user is asked about; null: nothing is asked. */
  asked = $state.raw<Placing | null>(null)
  /** The topic that the subtree was pasted to; null: not known. */
  pastedTo = $state.raw<string | null>(null)
  /** The job under way; null: none, or it has not been heard of yet. */
  readonly job = $derived.by<Job | null>(() =>
    this.status.job === null ? null : (this.#jobs.byId.get(this.status.job) ?? null)
  )
  readonly busy = $derived(this.status.job !== null)
  readonly #api: Api
  readonly #jobs: JobsState
  readonly #failed: (error: unknown) => void

  constructor(api: Api, jobs: JobsState, notify: Notify) {
    this.#api = api
    this.#jobs = jobs
    this.#failed = failureTo(notify)
  }

  /** Follows changes until the returned function is called. */
  start(): () => void {
    return this.#api.on('subtree.changed', (status) => this.#take(status))
  }

  async load(): Promise<void> {
    this.#take(await this.#api.call('subtree.get'))
  }

  /** Copies the retained messages of a topic and below it; all for an empty topic. */
  async copy(profileId: string, topic: string): Promise<void> {
    await this.#begin(() => this.#api.call('subtree.copy', { profileId, topic }))
  }

  /** Asks where to paste. `under`: the topic to paste below; null: the topics stay as they are. */
  ask(under: string | null): void {
    const topic = this.status.copy?.topic ?? ''
    this.asked = { remove: topic, add: under === null ? topic : `${under}/${topic}` }
  }

  /** Pastes under the same topics. Asks first if there is something to decide. */
  pasteOrAsk(running: boolean): void {
    if (running && this.status.undo === null) void this.paste({ remove: '', add: '' })
    else this.ask(null)
  }

  async paste(placing: Placing): Promise<void> {
    const topic = this.status.copy?.topic ?? ''
    if (!(await this.#begin(() => this.#api.call('subtree.paste', placing)))) return
    const place = placedTopic(topic, placing).replace(/\/$/, '')
    this.pastedTo = place === '' ? null : place
  }

  async undo(overwrite: boolean): Promise<void> {
    await this.#begin(() => this.#api.call('subtree.undo', { overwrite }))
  }

  cancel(): void {
    if (this.status.job !== null) this.#jobs.cancel(this.status.job).catch(this.#failed)
  }

  /** Forgets the copy, and what an undo needs. */
  forget(): void {
    this.#api.call('subtree.clear').catch(this.#failed)
  }

  /** Whether the work has begun. */
  async #begin(call: () => Promise<Job>): Promise<boolean> {
    this.dismissed = false
    try {
      await call()
      return true
    } catch (error) {
      this.#failed(error)
      return false
    }
  }

  #take(status: SubtreeStatus): void {
    if (status.job !== null) this.dismissed = false
    this.status = status
  }
}

/** What a topic is called once it is pasted. */
export function placedTopic(topic: string, { remove, add }: Placing): string {
  return add + (topic.startsWith(remove) ? topic.slice(remove.length) : topic)
}

/** Whether a connection is the one that subtrees are pasted to. */
export function takesSubtrees(connectionId: string): boolean {
  return connectionId === LOCAL_PROFILE_ID
}
