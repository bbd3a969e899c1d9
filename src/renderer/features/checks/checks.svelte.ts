import type { EventPayload } from '../../../shared/contract'
import type { CheckFailure, CheckList, CheckRun, CheckSelection } from '../../../shared/contract/checks'
import type { Api } from '../../../shared/rpc/contract'
import { failureTo, type Notify } from '../../state/sentences'
import type { AskedCheck } from './asked-check'
import { keyOf } from './check-rows'

/** The checks of the open collections, and their run. */
export class ChecksState {
  /** null: not known yet. */
  list = $state.raw<CheckList | null>(null)
  /** Why the list could not be read. */
  fault = $state.raw<unknown>(null)
  /** The running run, or the last one; null: there was none. */
  run = $state.raw<CheckRun | null>(null)
  search = $state('')
  toggled = $state.raw<ReadonlySet<string>>(new Set())
  /** Key of the row that is shown. */
  current = $state<string | null>(null)
  /** Incremented each time a row is to be brought into view. */
  sought = $state(0)
  /** The message for which a check is being made; null: none. */
  asked = $state.raw<AskedCheck | null>(null)
  /** A run has been asked for and has not begun. */
  starting = $state(false)
  readonly isRunning = $derived(this.run?.state === 'running' || this.run?.state === 'cancelling')
  readonly api: Api
  readonly notify: Notify
  readonly #failed: (error: unknown) => void

  constructor(api: Api, notify: Notify) {
    this.api = api
    this.notify = notify
    this.#failed = failureTo(notify)
  }

  /** Follows the process until the returned function is called. */
  start(): () => void {
    const stops = [
      this.api.on('checks.changed', (list) => (this.list = list)),
      this.api.on('checks.progress', (progress) => this.#take(progress))
    ]
    return () => stops.forEach((stop) => stop())
  }

  /** Reads what there is. Called when the page is shown and each time the process is reached. */
  async load(): Promise<void> {
    try {
      const [list, run] = await Promise.all([this.api.call('checks.list'), this.api.call('checks.state')])
      this.list = list
      this.run = run
      this.fault = null
    } catch (error) {
      this.fault = error
    }
  }

  async begin(selection: CheckSelection): Promise<void> {
    if (selection.length === 0 || this.isRunning || this.starting) return
    this.starting = true
    await this.api.call('checks.run', { selection }).catch(this.#failed)
    this.starting = false
  }

  async cancel(): Promise<void> {
    if (this.run) await this.api.call('jobs.cancel', { id: this.run.id }).catch(this.#failed)
  }

  /** Opens the form for a check that is made of a message. */
  ask(asked: AskedCheck): void {
    this.asked = asked
  }

  /** Selects a check, or (`check` null, or gone) its file. */
  async show(place: { collection: string; path: string; check: string | null }): Promise<void> {
    const { collection, path, check } = place
    await this.load()
    const file = this.list?.files.find((each) => each.collection === collection && each.path === path)
    const index = file?.checks.findIndex(({ name }) => name === check) ?? -1
    const key = keyOf(collection, path)
    // What it is in must be open.
    const above = new Set([
      key,
      ...path.split('/').map((_, at, all) => keyOf(collection, all.slice(0, at).join('/')))
    ])
    this.search = ''
    this.toggled = new Set([...this.toggled].filter((each) => !above.has(each)))
    this.current = index === -1 ? key : `${key}#${index}`
    this.sought++
  }

  toggle(key: string): void {
    const toggled = new Set(this.toggled)
    if (!toggled.delete(key)) toggled.add(key)
    this.toggled = toggled
  }

  failure(at: { file: number; outcome: number }): Promise<CheckFailure | null> {
    return this.run ? this.api.call('checks.failure', { id: this.run.id, ...at }) : Promise.resolve(null)
  }

  #take({ files, ...head }: EventPayload<'checks.progress'>): void {
    const { run } = this
    // It began while nobody looked, or something was missed.
    if (run?.id !== head.id || files.some(({ index, from }) => run.files[index]?.outcomes.length !== from)) {
      void this.api.call('checks.state').then((now) => (this.run = now), this.#failed)
      return
    }
    const now = [...run.files]
    for (const { index, from: _from, outcomes, ...state } of files) {
      const before = now[index]!
      now[index] = { ...before, ...state, outcomes: [...before.outcomes, ...outcomes] }
    }
    this.run = { ...run, ...head, files: now }
  }
}
