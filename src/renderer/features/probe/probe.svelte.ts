import { SvelteMap } from 'svelte/reactivity'
import type { Job } from '../../../shared/contract/jobs'
import { AppError, type ErrorCode, type ErrorDetails } from '../../../shared/errors'
import type { Api } from '../../../shared/rpc/contract'
import { m } from '../../paraglide/messages'
import { connectionName } from '../../state/connection-sentences'
import type { ConnectionsState } from '../../state/connections.svelte'
import type { JobsState } from '../../state/jobs.svelte'
import type { ProfilesState } from '../../state/profiles.svelte'
import { failureTo, sentenceFor, type Notify } from '../../state/sentences'
import { ComparisonState } from './comparison.svelte'
import { leftWords } from './left-words'
import { ProbeRuns } from './runs.svelte'
import { SheetsState } from './sheets.svelte'

interface Parts {
  api: Api
  jobs: JobsState
  connections: ConnectionsState
  profiles: ProfilesState
  notify: Notify
  /** Shows the page with the tests of a profile's broker. */
  testBroker(id: string): void
}

/** Tests of brokers. It outlives the page, so that a test can be left alone. */
export class ProbeState {
  /** The page is in view. */
  visible = $state(false)
  /** The page shows the running test, rather than a kept sheet. */
  watching = $state(true)
  /** Why the last test of a profile failed. */
  readonly failures = new SvelteMap<string, unknown>()
  readonly runs: ProbeRuns
  readonly sheets: SheetsState
  readonly comparison: ComparisonState
  readonly #parts: Parts
  /** The user's choice, and the connection that was in front then. */
  #chosen = $state.raw<{ id: string; front: string | null } | null>(null)

  constructor(parts: Parts) {
    this.#parts = parts
    const { api, jobs, notify } = parts
    this.runs = new ProbeRuns(api, jobs, (profileId, job) => this.#ended(profileId, job))
    this.sheets = new SheetsState(api, failureTo(notify))
    this.comparison = new ComparisonState(api, failureTo(notify))
  }

  /**
   * The profile whose broker is in view: the chosen one until another connection comes to the front, unless it is being tested; otherwise
   * that of the connection in front. null: there are no profiles.
   */
  get profileId(): string | null {
    const { connections, profiles } = this.#parts
    const front = connections.active?.id ?? null
    const chosen = this.#chosen && profiles.find(this.#chosen.id) ? this.#chosen : null
    if (chosen && (front === null || chosen.front === front || this.runs.byProfile.has(chosen.id)))
      return chosen.id
    return front ?? profiles.list[0]?.id ?? null
  }

  choose(id: string): void {
    this.#chosen = { id, front: this.#parts.connections.active?.id ?? null }
  }

  /** Follows tests until the returned function is called. */
  start(): () => void {
    const stops = [
      this.runs.start(),
      this.#parts.api.on('probe.left', ({ profileId, left }) =>
        this.#parts.notify(
          'bad',
          m.probe_cancelled_left({ name: this.#nameOf(profileId), what: leftWords(left).join(' · ') })
        )
      )
    ]
    return () => stops.forEach((stop) => stop())
  }

  /** Reads what the page shows. Call when the page comes into view, for another profile, and each time the process is reached. */
  async load(): Promise<void> {
    const { profileId } = this
    if (!this.visible || profileId === null) return
    await Promise.all([
      this.sheets.load(profileId),
      this.runs.look(profileId).catch(failureTo(this.#parts.notify)),
      this.#loadChoices()
    ])
  }

  async test(profileId: string): Promise<void> {
    this.failures.delete(profileId)
    this.comparison.chosen = null
    this.watching = true
    await this.runs.test(profileId).catch((error: unknown) => this.failures.set(profileId, error))
  }

  async remove(sheetId: string): Promise<void> {
    if (this.comparison.chosen?.sheetId === sheetId) this.comparison.chosen = null
    await this.sheets.remove(sheetId)
    await this.#loadChoices()
  }

  async #ended(profileId: string, { state, result, error }: Job): Promise<void> {
    const { notify } = this.#parts
    const name = this.#nameOf(profileId)
    const isInView = this.visible && profileId === this.profileId
    const show = { label: m.probe_show(), run: () => this.#parts.testBroker(profileId) }
    if (state === 'done' && result?.kind === 'probe') {
      const wanted = this.watching ? result.sheetId : null
      if (isInView) await Promise.all([this.sheets.load(profileId, wanted), this.#loadChoices()])
      if (!isInView || wanted === null) notify('good', m.probe_done({ name }), isInView ? undefined : show)
    } else if (state === 'failed') {
      const failure = new AppError(error!.code as ErrorCode, error!.details as ErrorDetails[ErrorCode])
      this.failures.set(profileId, failure)
      if (!isInView) notify('bad', m.probe_failed({ name, reason: sentenceFor(failure) }), show)
    } else notify('good', m.probe_cancelled({ name }))
  }

  #loadChoices(): Promise<void> {
    return this.comparison.loadChoices(this.#parts.profiles.list.map(({ id }) => id))
  }

  #nameOf(id: string): string {
    return connectionName({ id, name: this.#parts.profiles.find(id)?.name ?? id })
  }
}
