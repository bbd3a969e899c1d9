import type { SimulatorFault, SimulatorStatus } from '../../../shared/contract/simulators'
import type { Api } from '../../../shared/rpc/contract'
import { m } from '../../paraglide/messages'
import { failureTo, type Notify } from '../../state/sentences'
import { SimulatorDraft } from './simulator-draft.svelte'
import { thermometer } from './simulator-starters'
import { simulatorState } from './simulator-words'
import { keyOf } from './tree-rows'

/** Simulators: what is being edited, and those that run. */
export class SimulatorsState {
  list = $state.raw<readonly SimulatorStatus[]>([])
  /** By the key of their row. */
  drafts = $state.raw<ReadonlyMap<string, SimulatorDraft>>(new Map())
  readonly api: Api
  readonly #notify: Notify
  readonly #failed: (error: unknown) => void

  constructor(api: Api, notify: Notify) {
    this.api = api
    this.#notify = notify
    this.#failed = failureTo(notify)
  }

  /** Follows the process until the returned function is called. */
  start(): () => void {
    return this.api.on('simulators.changed', (list) => this.#take(list))
  }

  async load(): Promise<void> {
    this.list = await this.api.call('simulators.list')
  }

  get dirty(): boolean {
    return [...this.drafts.values()].some((draft) => draft.dirty)
  }

  /** The newest run of a simulator. */
  runOf(collection: string, path: string): SimulatorStatus | null {
    return this.list.findLast((each) => each.collection === collection && each.path === path) ?? null
  }

  /** Reads a simulator for its draft. */
  async read(collection: string, path: string): Promise<void> {
    const key = keyOf(collection, path)
    // One that is gone meanwhile is no fault: the list says so, too.
    const saved = await this.api.call('collections.simulator', { collection, path }).catch(() => null)
    if (!saved) return
    const known = this.drafts.get(key)
    if (known) known.follow(saved)
    else this.drafts = new Map([...this.drafts, [key, new SimulatorDraft(saved)]])
  }

  /** Makes a new one and returns its path; null if it could not be made. */
  async create(collection: string, parent: string, name: string): Promise<string | null> {
    const asked = { collection, parent, name, simulator: thermometer }
    const made = await this.#try(() => this.api.call('collections.createSimulator', asked))
    return made?.path ?? null
  }

  async save(collection: string, path: string, draft: SimulatorDraft): Promise<void> {
    const simulator = $state.snapshot(draft.simulator)
    const saved = await this.#try(async () => {
      await this.api.call('collections.saveSimulator', { collection, path, simulator })
      return true
    })
    if (!saved) return
    draft.saved = simulator
    draft.outside = null
  }

  /** Starts it as it is shown, saved or not. Returns the faults for which it was not started. */
  async begin(
    collection: string,
    path: string,
    profileId: string,
    draft: SimulatorDraft
  ): Promise<readonly SimulatorFault[]> {
    const simulator = $state.snapshot(draft.simulator)
    const asked = { collection, path, profileId, simulator }
    return (await this.#try(() => this.api.call('simulators.start', asked)))?.faults ?? []
  }

  stop(id: string): void {
    this.api.call('simulators.stop', { id }).catch(this.#failed)
  }

  dismiss(id: string): void {
    this.api.call('simulators.dismiss', { id }).catch(this.#failed)
  }

  /** Items were renamed or moved. */
  renamed(name: (key: string) => string): void {
    this.drafts = new Map([...this.drafts].map(([key, draft]) => [name(key), draft]))
  }

  #take(list: readonly SimulatorStatus[]): void {
    const before = new Map(this.list.map((each) => [each.id, each.state]))
    this.list = list
    for (const status of list)
      if (
        status.state === 'ended' &&
        status.end !== 'stopped' &&
        (before.get(status.id) ?? 'ended') !== 'ended'
      )
        this.#notify(
          status.end === 'crashed' ? 'bad' : 'good',
          m.runs_ended({
            name: status.name,
            end: simulatorState(status),
            sent: m.runs_sent({ count: status.sent })
          })
        )
  }

  /** Tells the user of an error and returns null. */
  async #try<T>(work: () => Promise<T>): Promise<T | null> {
    try {
      return await work()
    } catch (error) {
      this.#failed(error)
      return null
    }
  }
}
