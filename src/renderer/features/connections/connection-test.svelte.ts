import type { IdentityFault } from '../../../shared/contract/connection-tests'
import type { Job, JobResult } from '../../../shared/contract/jobs'
import type { ProfileDraft, SecretsInput } from '../../../shared/contract/profiles'
import type { Api } from '../../../shared/rpc/contract'
import type { JobsState } from '../../state/jobs.svelte'

/** The profile to test: as it is edited, with the secrets typed. */
interface Tested {
  /** null: a new one. */
  profileId: string | null
  draft: ProfileDraft
  secrets: SecretsInput
}

type TestResult = Extract<JobResult, { kind: 'connectionTest' }>

/** The test of the connection in the form: at most one at a time, and the broker's last answer. */
export class ConnectionTest {
  running = $state(false)
  result = $state.raw<TestResult | null>(null)
  /** What the result, or the running test, is about. */
  tested = $state.raw<Tested | null>(null)
  readonly #api: Api
  readonly #jobs: Pick<JobsState, 'finished' | 'cancel'>
  readonly #failed: (error: unknown) => void
  #job: Job | null = null
  #cancelled = false

  /** @param failed called when a test could not be made */
  constructor(api: Api, jobs: Pick<JobsState, 'finished' | 'cancel'>, failed: (error: unknown) => void) {
    this.#api = api
    this.#jobs = jobs
    this.#failed = failed
  }

  /** Tests a profile. A connection that the broker does not accept is a result, too. */
  async run(tested: Tested): Promise<void> {
    this.running = true
    this.#cancelled = false
    this.result = null
    this.tested = tested
    try {
      const started = await this.#api.call('connectionTests.start', tested)
      this.#job = started
      if (this.#cancelled) await this.#jobs.cancel(started.id)
      const { result } = await this.#jobs.finished(started)
      if (result?.kind === 'connectionTest') this.result = result
    } catch (error) {
      this.#failed(error)
    } finally {
      this.running = false
      this.#job = null
    }
  }

  /** What is wrong with the client certificate of a profile as it is edited; null also if it could not be checked. */
  async identityFault({ profileId, draft, secrets }: Tested): Promise<IdentityFault | null> {
    try {
      return await this.#api.call('connectionTests.checkIdentity', { profileId, tls: draft.tls, secrets })
    } catch {
      return null
    }
  }

  /** Ends the running test without a result. */
  async cancel(): Promise<void> {
    this.#cancelled = true
    if (this.#job) await this.#jobs.cancel(this.#job.id)
  }
}
