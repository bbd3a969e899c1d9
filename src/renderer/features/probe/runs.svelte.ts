import { SvelteMap } from 'svelte/reactivity'
import type { Job } from '../../../shared/contract/jobs'
import type { ProbeItem } from '../../../shared/contract/probe'
import type { Api } from '../../../shared/rpc/contract'
import type { JobsState } from '../../state/jobs.svelte'

/** A running test, with the items that it has found out so far. */
export interface ProbeRun {
  jobId: string
  items: readonly ProbeItem[]
  cancelling: boolean
}

/** The running tests of this and other windows. */
export class ProbeRuns {
  /** By profile. */
  readonly byProfile = new SvelteMap<string, ProbeRun>()
  readonly #api: Api
  readonly #jobs: JobsState
  readonly #ended: (profileId: string, job: Job) => Promise<void>

  /** @param ended called when a test has ended; until it resolves, the test counts as running */
  constructor(api: Api, jobs: JobsState, ended: (profileId: string, job: Job) => Promise<void>) {
    this.#api = api
    this.#jobs = jobs
    this.#ended = ended
  }

  /** Follows tests until the returned function is called. */
  start(): () => void {
    return this.#api.on('probe.item', ({ jobId, profileId, item }) => this.#add(profileId, jobId, [item]))
  }

  /** Starts a test of a profile's broker. Throws NOT_FOUND. */
  async test(profileId: string): Promise<void> {
    this.#follow(profileId, await this.#api.call('probe.start', { profileId }))
    await this.look(profileId)
  }

  /** Follows the test of a profile that is running already. */
  async look(profileId: string): Promise<void> {
    const found = await this.#api.call('probe.running', { profileId })
    const job = found && this.#jobs.byId.get(found.jobId)
    if (!job) return
    this.#follow(profileId, job)
    this.#add(profileId, job.id, found.items)
  }

  /** Cancels the test of a profile, which then clears up before it ends. */
  async cancel(profileId: string): Promise<void> {
    const run = this.byProfile.get(profileId)
    if (!run) return
    this.byProfile.set(profileId, { ...run, cancelling: true })
    await this.#jobs.cancel(run.jobId)
  }

  #follow(profileId: string, job: Job): void {
    if (this.byProfile.get(profileId)?.jobId === job.id) return
    this.byProfile.set(profileId, { jobId: job.id, items: [], cancelling: false })
    void this.#jobs.ended(job).then(async (ended) => {
      await this.#ended(profileId, ended)
      if (this.byProfile.get(profileId)?.jobId === job.id) this.byProfile.delete(profileId)
    })
  }

  #add(profileId: string, jobId: string, items: readonly ProbeItem[]): void {
    const run = this.byProfile.get(profileId)
    if (run?.jobId !== jobId) return
    const known = new Set(run.items.map(({ id }) => id))
    this.byProfile.set(profileId, {
      ...run,
      items: [...run.items, ...items.filter(({ id }) => !known.has(id))]
    })
  }
}
