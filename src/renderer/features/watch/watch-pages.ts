import type { WatchedCheck } from '../../../shared/contract/watch'
import type { Api } from '../../../shared/rpc/contract'
import type { Notify } from '../../state/sentences'
import { RuleForm } from './rule-form.svelte'
import { followWatch } from './watch-notices'
import { WatchRulesState } from './watch.svelte'

/** What the rules need from the app. */
interface Around {
  readonly api: Api
  readonly notify: Notify
  readonly settings: { readonly info: { readonly host: 'desktop' | 'browser' } | null }
  goTo(connectionId: string, topic: string, messageId: number | null): void
  showTab(id: string, keepPage: boolean): void
  showPage(page: 'watch'): void
  showCheck(check: WatchedCheck): void
}

/** The rules of each connection, for as long as the app runs, and the notices of what they do. */
export class WatchPages {
  private readonly states = new Map<string, WatchRulesState>()

  constructor(private readonly app: Around) {}

  /** Tells the user what rules do until the returned function is called. */
  start(): () => void {
    const { app } = this
    return followWatch(app.api, {
      notify: (...notice) => app.notify(...notice),
      goTo: (...place) => app.goTo(...place),
      showRules: (connectionId) => this.show(connectionId),
      showCheck: (check) => app.showCheck(check),
      isBrowser: () => app.settings.info?.host === 'browser'
    })
  }

  of(connectionId: string): WatchRulesState {
    const known = this.states.get(connectionId)
    if (known) return known
    const state = new WatchRulesState(this.app.api, connectionId)
    this.states.set(connectionId, state)
    return state
  }

  /** Begins a rule for a topic filter. A rule with changes that are not saved stays. */
  ask(connectionId: string, filter: string): void {
    const state = this.of(connectionId)
    if (!state.form?.isDirty) state.form = RuleForm.blank(filter)
    this.show(connectionId)
  }

  private show(connectionId: string): void {
    this.app.showTab(connectionId, true)
    this.app.showPage('watch')
  }
}
