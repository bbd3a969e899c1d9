import { SvelteMap } from 'svelte/reactivity'
import type { WatchDraft, WatchEntry, WatchRule, WatchState } from '../../../shared/contract/watch'
import type { Api } from '../../../shared/rpc/contract'
import { Refresh } from '../../state/refresh'
import type { RuleForm } from './rule-form.svelte'

/** Entries of the log that are shown at first, and that are added each time. */
const PAGE = 200

/** The rules of one connection, what they see, and their log. It outlives the page, and so does the rule that is edited. */
export class WatchRulesState {
  /** null: not known yet. */
  rules = $state.raw<readonly WatchRule[] | null>(null)
  /** Of the rules that are on, by rule. */
  readonly states = new SvelteMap<string, WatchState>()
  logFault = $state<string | null>(null)
  /** Why the rules are not known. */
  fault = $state.raw<unknown>(null)
  /** The newest first; null: not known yet. */
  entries = $state.raw<readonly WatchEntry[] | null>(null)
  hasOlder = $state(false)
  /** The rule whose entries are shown; null: all. */
  logOf = $state<string | null>(null)
  tab = $state<'rules' | 'log'>('rules')
  /** The rule that is edited. */
  form = $state.raw<RuleForm | null>(null)
  readonly connectionId: string
  readonly #api: Api
  readonly #log: Refresh
  #shown = PAGE

  constructor(api: Api, connectionId: string) {
    this.#api = api
    this.connectionId = connectionId
    this.#log = new Refresh(
      (current) => this.#loadLog(current),
      (error) => (this.fault = error)
    )
  }

  /** Follows the rules until the returned function is called. */
  start(): () => void {
    const stops = [
      this.#api.on('watch.changed', ({ connectionId, rules }) => {
        if (connectionId === this.connectionId) this.rules = rules
      }),
      this.#api.on('watch.states', ({ connectionId, ...sight }) => {
        if (connectionId === this.connectionId) this.#put(sight)
      }),
      this.#api.on('watch.told', ({ connectionId }) => {
        if (connectionId === this.connectionId) void this.#log.request()
      })
    ]
    void this.load()
    return () => stops.forEach((stop) => stop())
  }

  async load(): Promise<void> {
    const { connectionId } = this
    this.fault = null
    try {
      this.rules = await this.#api.call('watch.rules', { connectionId })
      this.#put(await this.#api.call('watch.states', { connectionId }))
      await this.#log.restart()
    } catch (error) {
      this.fault = error
    }
  }

  /** Throws the errors of `watch.save`. */
  save(id: string | null, draft: WatchDraft): Promise<WatchRule> {
    return this.#api.call('watch.save', { connectionId: this.connectionId, id, draft })
  }

  async switch({ id, ...draft }: WatchRule, on: boolean): Promise<void> {
    await this.save(id, { ...draft, on })
  }

  async remove(id: string): Promise<void> {
    await this.#api.call('watch.remove', { connectionId: this.connectionId, id })
  }

  showLog(ruleId: string | null): void {
    this.tab = 'log'
    this.logOf = ruleId
    this.#shown = PAGE
    this.entries = null
    void this.#log.restart()
  }

  older(): void {
    this.#shown += PAGE
    void this.#log.restart()
  }

  async clearLog(): Promise<void> {
    await this.#api.call('watch.clearLog', { connectionId: this.connectionId })
    await this.#log.restart()
  }

  async #loadLog(current: () => boolean): Promise<void> {
    const { connectionId, logOf: ruleId } = this
    const entries: WatchEntry[] = []
    let more = true
    while (more && entries.length < this.#shown) {
      const before = entries.at(-1)?.number ?? null
      const page = await this.#api.call('watch.log', { connectionId, ruleId, before, limit: PAGE })
      entries.push(...page.entries)
      more = page.more
    }
    if (!current()) return
    this.entries = entries
    this.hasOlder = more
  }

  #put({ states, logFault }: { states: WatchState[]; logFault: string | null }): void {
    const known = new Set(states.map(({ ruleId }) => ruleId))
    for (const id of this.states.keys()) if (!known.has(id)) this.states.delete(id)
    for (const state of states) this.states.set(state.ruleId, state)
    this.logFault = logFault
  }
}
